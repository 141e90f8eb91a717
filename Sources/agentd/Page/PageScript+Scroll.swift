extension PageAssets {
    /// Keeping the end of the thread in view.
    static let scrollScript = PageAsset(
        path: "/page/scroll.js",
        contentType: .javascript,
        text: #"""
            // Keeps the end of the thread in view while an answer grows, unless the reader has scrolled away from it.
            import { iconButton } from './dom.js';

            const nearMax = 90;

            export class ScrollKeeper {
              #sticks = true;
              #top = 0;

              constructor(area) {
                this.area = area;
                this.button = iconButton('down', 'Go to the latest', () => this.toEnd(), { class: 'round to-end', hidden: true });
                area.after(this.button);
                // Content that grows moves the end away without the reader's doing: only moving up lets go of it.
                area.addEventListener('scroll', () => {
                  const isNear = this.#distance < nearMax;
                  if (isNear || area.scrollTop < this.#top - 1) this.#sticks = isNear;
                  this.#top = area.scrollTop;
                  this.button.hidden = isNear || this.#sticks;
                }, { passive: true });
                const sizes = new ResizeObserver(() => this.follow());
                sizes.observe(area);
                sizes.observe(area.firstElementChild);
              }

              get #distance() {
                return this.area.scrollHeight - this.area.scrollTop - this.area.clientHeight;
              }

              follow() {
                if (this.#sticks) this.area.scrollTop = this.area.scrollHeight;
                else this.button.hidden = this.#distance < nearMax;
              }

              toEnd() {
                this.#sticks = true;
                this.button.hidden = true;
                this.follow();
              }

              release() {
                this.#sticks = true;
                this.button.hidden = true;
              }
            }
            """#
    )
}
