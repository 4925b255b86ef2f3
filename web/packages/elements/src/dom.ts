// Nodes of a page. Whatever strangers wrote goes in as text, and never as markup.

type Child = Node | string | null | undefined | false;

/** Makes an element, with attributes, and what is to happen when it is clicked. */
export function h<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Record<string, string | number | boolean | ((event: Event) => void)> = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== false) node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return node;
}

/** The style of all elements. It is made by script, so that pages need not allow styles of others. */
export const sheet = (): CSSStyleSheet => {
  const made = new CSSStyleSheet();
  made.replaceSync(STYLE);
  return made;
};

// Colours reach a contrast of 4.5 on both grounds.
const STYLE = `
:host {
  --ground: var(--farthing-ground, #ffffff);
  --ink: var(--farthing-ink, #1b1f24);
  --quiet: var(--farthing-quiet, #57606a);
  --line: var(--farthing-line, #8c959f);
  --accent: var(--farthing-accent, #0a5c36);
  --on-accent: var(--farthing-on-accent, #ffffff);
  --wrong: var(--farthing-wrong, #a40e26);
  display: block;
  max-inline-size: 32rem;
  margin-block: .75rem;
  font: var(--farthing-font, 1rem/1.5 system-ui, sans-serif);
  color: var(--ink);
}
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) {
  :host(:not([theme="light"])) {
    --ground: var(--farthing-ground, #15191e);
    --ink: var(--farthing-ink, #e6edf3);
    --quiet: var(--farthing-quiet, #9aa4af);
    --line: var(--farthing-line, #6e7681);
    --accent: var(--farthing-accent, #7ee2a8);
    --on-accent: var(--farthing-on-accent, #06281a);
    --wrong: var(--farthing-wrong, #ff9aa5);
  }
}
:host([theme="dark"]) {
  --ground: var(--farthing-ground, #15191e);
  --ink: var(--farthing-ink, #e6edf3);
  --quiet: var(--farthing-quiet, #9aa4af);
  --line: var(--farthing-line, #6e7681);
  --accent: var(--farthing-accent, #7ee2a8);
  --on-accent: var(--farthing-on-accent, #06281a);
  --wrong: var(--farthing-wrong, #ff9aa5);
}
section { background: var(--ground); border: 1px solid var(--line); border-radius: var(--farthing-radius, .5rem); padding: 1rem; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
blockquote { margin: .5rem 0; padding-inline-start: .75rem; border-inline-start: 3px solid var(--line); overflow-wrap: anywhere; }
audio, video, img { max-inline-size: 100%; }
.quiet { color: var(--quiet); }
.wrong { color: var(--wrong); }
.row { display: flex; flex-wrap: wrap; gap: .5rem; margin-block: .5rem; align-items: end; }
label { display: grid; gap: .25rem; flex: 1 1 8rem; }
button, input { font: inherit; color: inherit; min-block-size: 2.75rem; padding: .25rem 1rem; border-radius: .375rem; border: 1px solid var(--line); background: var(--ground); max-inline-size: 100%; box-sizing: border-box; }
button { cursor: pointer; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button:disabled { opacity: .6; cursor: default; }
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: fit-content(60%) minmax(0, 1fr); gap: .25rem 1rem; margin: .5rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; text-align: end; overflow-wrap: anywhere; }
progress { inline-size: 100%; accent-color: var(--accent); }
ul { list-style: none; margin: .5rem 0; padding: 0; display: grid; gap: .75rem; }
`;
