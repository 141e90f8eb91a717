extension PageAssets {
    /// The start of the page: the parts put together.
    static let mainScript = PageAsset(
        path: "/page/main.js",
        contentType: .javascript,
        text: #"""
            // The page's start: configuration, the session, and the parts put together. The address's hash names the conversation.
            import { configure, get, post } from './api.js';
            import { Composer } from './composer.js';
            import { ConversationList } from './conversation-list.js';
            import { el, iconButton } from './dom.js';
            import { companyName, useLocale, words } from './format.js';
            import { LoginView } from './login.js';
            import { ScrollKeeper } from './scroll.js';
            import { SourcePanel } from './sources.js';
            import { forget } from './store.js';
            import { Thread } from './thread.js';
            import { welcome } from './welcome.js';

            const byID = (id) => document.getElementById(id);
            const channel = new BroadcastChannel('agentd');
            const refreshMilliseconds = 15_000;

            let user = null;

            /** Whether the user's permissions hold this one; a service that lists none decides by itself. */
            const may = (permission) => !Array.isArray(user?.permissions) || user.permissions.includes(permission);
            let lastRefresh = 0;

            const hashID = () => {
              try {
                return decodeURIComponent(location.hash.slice(1)) || null;
              } catch {
                return null;
              }
            };

            function setDrawer(isOpen) {
              document.body.classList.toggle('with-drawer', isOpen);
              byID('menu').setAttribute('aria-expanded', String(isOpen));
            }

            function share(message) {
              channel.postMessage({ ...message, user: user?.id });
            }

            const panel = new SourcePanel(byID('panel'));
            const scroll = new ScrollKeeper(byID('scroll'));

            const list = new ConversationList(byID('conversations'), byID('dialog'), {
              open: (id) => {
                setDrawer(false);
                show(id);
              },
              gone: (id) => { if (thread.id === id) show(null); },
              titled: (title) => {
                byID('title').textContent = title;
                document.title = title ? `${title} – agentd` : 'agentd';
              },
              share,
            });

            const thread = new Thread({
              root: byID('thread'), scroll, panel,
              acts: {
                opened: (id, text) => {
                  history.pushState(null, '', `#${encodeURIComponent(id)}`);
                  list.add(id, text);
                  share({ kind: 'list' });
                },
                changed: (id) => {
                  list.touch(id);
                  if (!titled.has(id)) list.refresh();
                  titled.add(id);
                },
                busy: (isBusy) => composer.setRunning(isBusy),
                edit: (text) => {
                  composer.put(text);
                  composer.focus();
                },
                share,
                empty: () => byID('thread').replaceChildren(welcome(givenName(), may('ai:chat'), (text) => thread.send(text))),
              },
            });

            const composer = new Composer(byID('composer'), { send: (text) => thread.send(text), stop: () => thread.stop() });

            /** Conversations whose title has been asked for since their first answer here. */
            const titled = new Set();

            function show(id) {
              const hash = id ? `#${encodeURIComponent(id)}` : '';
              if (location.hash !== hash) history.pushState(null, '', hash || location.pathname);
              list.select(id);
              thread.open(id);
              composer.focus();
            }

            /** How the user is addressed; an account that is called by its role has no name of its own. */
            function givenName() {
              const name = String(user?.name ?? '').trim();
              const isRole = user?.roles?.some((role) => words(role).toLowerCase() === name.toLowerCase());
              return isRole ? '' : name.split(/\s+/)[0];
            }

            function showUser() {
              const role = words(user.roles?.[0] ?? '');
              const company = companyName(user.tenant?.name ?? user.tenant?.id ?? user.tenant_id);
              byID('account').replaceChildren(
                el('span', { class: 'avatar', 'aria-hidden': 'true' },
                  String(user.name ?? user.email ?? '?').slice(0, 1).toUpperCase()),
                el('span', { class: 'account-text' },
                  el('span', { class: 'account-name' }, String(user.name || user.email || '')),
                  el('span', { class: 'quiet' }, [role, company].filter(Boolean).join(' · '))),
                iconButton('leave', 'Log out', logOut));
              composer.setRefusal(may('ai:chat') ? null
                : `The role ${role.toLowerCase() || 'of this account'} may read here, but not ask questions.`);
            }

            async function enter() {
              const answer = await get('/auth/me');
              const found = answer?.data ?? answer;
              if (user && user.id !== found.id) forget();
              user = found;
              useLocale(user.preferences?.locale);
              login.hide();
              byID('app').hidden = false;
              showUser();
              list.isOffered = may('ai:chat') || may('conversations:read_all');
              // Before the list is asked for: what is typed while that takes its time belongs to the thread that is open now.
              show(hashID());
              await list.refresh();
            }

            function leave(message) {
              if (!login.root.hidden) return;
              byID('app').hidden = true;
              thread.close();
              list.clear();
              login.show(message);
            }

            async function logOut() {
              try {
                await post('/auth/logout', {});
              } catch {
                // The cookie may have run out already; what is left to do is the same.
              }
              forget();
              composer.put('');
              share({ kind: 'left' });
              user = null;
              history.replaceState(null, '', location.pathname);
              leave('');
            }

            function listen() {
              addEventListener('hashchange', () => { if (user && hashID() !== thread.id) show(hashID()); });
              addEventListener('popstate', () => { if (user && hashID() !== thread.id) show(hashID()); });
              addEventListener('keydown', (event) => {
                if (event.key !== 'Escape' || byID('dialog').open) return;
                if (document.body.classList.contains('with-drawer')) setDrawer(false);
                else if (panel.isOpen && panel.root.contains(document.activeElement)) panel.close();
                else if (thread.isRunning) thread.stop();
                else panel.close();
              });
              document.addEventListener('visibilitychange', () => {
                if (document.hidden || !user || Date.now() - lastRefresh < refreshMilliseconds) return;
                lastRefresh = Date.now();
                thread.refresh();
              });
              channel.addEventListener('message', ({ data }) => {
                if (data?.kind === 'left' && user) leave('You have logged out in another tab.');
                if (!user || data?.user !== user.id) return;
                if (data.kind === 'turn' && data.conversation === thread.id && !thread.knows(data.message)) thread.refresh();
                if (data.kind === 'list') list.refresh();
                if (data.kind === 'gone') {
                  list.refresh();
                  if (data.conversation === thread.id) show(null);
                }
              });
              byID('new').addEventListener('click', () => {
                setDrawer(false);
                show(null);
              });
              byID('menu').addEventListener('click', () => setDrawer(!document.body.classList.contains('with-drawer')));
              byID('shade').addEventListener('click', () => {
                setDrawer(false);
                panel.close();
              });
            }

            let login;

            async function start() {
              const response = await fetch('/page/config.json', { credentials: 'same-origin', cache: 'no-store' });
              const configuration = await response.json();
              const mount = document.querySelector('meta[name="agentd-mount"]')?.content || configuration.mount;
              configure({ mount, onUnauthorized: () => leave('Your session has ended. Please log in again.') });
              login = new LoginView(byID('login'), configuration, enter);
              listen();
              byID('starting').hidden = true;
              if (configuration.session === false) {
                login.show();
                return;
              }
              try {
                await enter();
              } catch (error) {
                login.show(error.status === 401 ? '' : error.message);
              }
            }

            start().catch(() => {
              byID('starting').textContent = 'The service cannot be reached. Reload the page to try again.';
            });
            """#
    )
}
