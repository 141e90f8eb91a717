extension PageAssets {
    /// Building nodes without ever interpreting markup.
    static let domScript = PageAsset(
        path: "/page/dom.js",
        contentType: .javascript,
        text: #"""
            // Builds DOM nodes. No part of the page interprets markup: what comes from data only ever becomes text nodes
            // and attribute values of a fixed set of elements.
            const svgNamespace = 'http://www.w3.org/2000/svg';

            function fill(node, attributes, children) {
              for (const [name, value] of Object.entries(attributes)) {
                if (value === undefined || value === null || value === false) continue;
                if (typeof value === 'function') node.addEventListener(name, value);
                else node.setAttribute(name, value === true ? '' : String(value));
              }
              node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
              return node;
            }

            /** An element; a function among the attributes is a listener of the event it is named by. */
            export function el(name, attributes = {}, ...children) {
              return fill(document.createElement(name), attributes, children);
            }

            export function svg(name, attributes = {}, ...children) {
              return fill(document.createElementNS(svgNamespace, name), attributes, children);
            }

            const iconPaths = {
              plus: 'M12 5v14M5 12h14',
              menu: 'M4 7h16M4 12h16M4 17h16',
              close: 'M6 6l12 12M18 6L6 18',
              send: 'M12 19V5M6 11l6-6 6 6',
              stop: 'M7 7h10v10H7z',
              rename: 'M4 20h4L19 9l-4-4L4 16v4M13 7l4 4',
              remove: 'M5 7h14M10 11v6M14 11v6M6 7l1 13h10l1-13M9 7V4h6v3',
              copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
              check: 'M5 13l4 4L19 7',
              chart: 'M5 20V10M12 20V4M19 20v-7',
              table: 'M4 5h16v14H4zM4 10h16M10 5v14',
              leave: 'M14 8V5H5v14h9v-3M10 12h10M17 9l3 3-3 3',
              warning: 'M12 4l9 16H3zM12 10v4M12 17v.5',
              clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4l3 2',
              down: 'M12 5v14M6 13l6 6 6-6',
              again: 'M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5',
            };

            export function icon(name) {
              return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false' },
                svg('path', { d: iconPaths[name] }));
            }

            /** A button that shows an icon alone; its label is what it is called by. */
            export function iconButton(name, label, onClick, { class: more = '', ...attributes } = {}) {
              return el('button', { type: 'button', class: `icon-button ${more}`.trim(), 'aria-label': label, title: label,
                click: onClick, ...attributes }, icon(name));
            }

            /** Says something to a screen reader without showing it. */
            export function announce(text) {
              const region = document.getElementById('announcer');
              region.textContent = '';
              setTimeout(() => { region.textContent = text; }, 60);
            }
            """#
    )
}
