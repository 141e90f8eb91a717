extension PageAssets {
    /// The way in.
    static let loginScript = PageAsset(
        path: "/page/login.js",
        contentType: .javascript,
        text: #"""
            // The way in: e-mail and password, or in a demonstration one of its accounts with one click.
            import { el } from './dom.js';
            import { post } from './api.js';
            import { companyName, words } from './format.js';

            const companyOf = (account) => companyName(account.tenant_name ?? account.tenant);

            export class LoginView {
              #submitting = false;

              /** `onLogin()` is called once the session's cookie is set. */
              constructor(root, configuration, onLogin) {
                this.root = root;
                this.onLogin = onLogin;
                this.email = el('input', { id: 'email', type: 'email', name: 'email', autocomplete: 'username', required: true,
                  spellcheck: 'false' });
                this.password = el('input', { id: 'password', type: 'password', name: 'password',
                  autocomplete: 'current-password', required: true });
                this.problem = el('p', { class: 'form-error', role: 'alert', hidden: true });
                this.button = el('button', { type: 'submit', class: 'primary' }, 'Log in');
                const form = el('form', { novalidate: true, submit: (event) => {
                  event.preventDefault();
                  this.#submit(this.email.value.trim(), this.password.value);
                } },
                el('label', { for: 'email' }, 'E-mail'), this.email, el('label', { for: 'password' }, 'Password'),
                  this.password, this.problem, this.button);
                root.append(el('div', { class: 'login-card' },
                  el('div', { class: 'brand large' }, el('span', { class: 'brand-mark', 'aria-hidden': 'true' }), 'agentd'),
                  el('h1', {}, 'Log in'), el('p', { class: 'quiet' },
                    'Ask your company’s data, and see what each answer rests on.'), form,
                  this.#demo(configuration)));
              }

              show(message = '') {
                this.root.hidden = false;
                this.#say(message);
                (this.email.value ? this.password : this.email).focus();
              }

              hide() {
                this.root.hidden = true;
                this.password.value = '';
                this.#say('');
              }

              #demo({ demo, accounts }) {
                if (!demo || !Array.isArray(accounts) || !accounts.length) return null;
                const companies = Map.groupBy(accounts.filter((each) => each?.email && each.role), companyOf);
                const groups = [...companies].map(([company, members], at) => el('details', { name: 'company', open: at === 0 },
                  el('summary', {}, company), el('div', { class: 'demo-accounts' }, members.map((account) =>
                    el('button', { type: 'button', class: 'demo-account', title: account.email, click: () => {
                      this.email.value = account.email;
                      this.#submit(account.email, `demo-${account.role}`);
                    } }, words(account.role))))));
                return el('section', { class: 'demo', 'aria-label': 'Demonstration accounts' },
                  el('h2', {}, 'Or try a demonstration account'), groups);
              }

              #say(message) {
                this.problem.hidden = !message;
                this.problem.textContent = message;
              }

              async #submit(email, password) {
                if (this.#submitting) return;
                if (!email || !password) {
                  this.#say('Please enter your e-mail and password.');
                  return;
                }
                this.#submitting = true;
                this.button.disabled = true;
                this.#say('');
                try {
                  await post('/auth/login', { email, password });
                  await this.onLogin();
                } catch (error) {
                  this.#say(error.message + (error.waiting ?? ''));
                  this.password.select();
                } finally {
                  this.#submitting = false;
                  this.button.disabled = false;
                }
              }
            }
            """#
    )
}
