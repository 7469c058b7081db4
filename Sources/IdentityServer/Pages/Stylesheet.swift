//  Stylesheet.swift - how the pages look, in both themes.
//
//  Contrast is at least 4.5:1, targets are at least 48 px high, text is at least 16 px; from
//  320 px of width nothing scrolls sideways.

/// The one stylesheet.
let stylesheet = """
  :root {
    color-scheme: light dark;
    --page: #f4f5f7; --card: #ffffff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de;
    --accent: #0b57d0; --on-accent: #ffffff; --problem: #b3261e; --code: #eef2f8;
    --yes: #146c2e; --yes-soft: #e6f4ea; --no-soft: #fce8e6; --badge: #7a4b00; --badge-soft: #ffefcf;
    --screen: #10151c; --glow: #7ee2a8; --shadow: 0 1px 2px #1b1f2414, 0 12px 32px #1b1f2414;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --page: #101317; --card: #191e24; --text: #e8ebef; --quiet: #a3adb8; --line: #3b444e;
      --accent: #a8c7fa; --on-accent: #0a2146; --problem: #ff9c94; --code: #232a33;
      --yes: #7ddc97; --yes-soft: #17301f; --no-soft: #3a201f; --badge: #ffd58a; --badge-soft: #3a2c10;
      --screen: #0a0d11; --shadow: none;
    }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0; min-height: 100vh; padding: 1rem; display: flex; flex-direction: column;
    align-items: center; justify-content: center; background: var(--page); color: var(--text);
    font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  }
  main {
    width: 100%; max-width: 30rem; padding: 2rem; background: var(--card);
    border: 1px solid var(--line); border-radius: 1rem;
    box-shadow: var(--shadow);
  }
  header {
    width: 100%; max-width: 30rem; margin-bottom: .75rem; padding: 0 .25rem; display: flex;
    flex-wrap: wrap; align-items: center; gap: .5rem; font-weight: 600;
  }
  .logo { width: 1.75rem; height: 1.75rem; }
  .logo, .mark { fill: none; stroke: var(--accent); stroke-width: 3; stroke-linecap: round; }
  .badge {
    margin-inline-start: auto; padding: .125rem .75rem; border-radius: 1rem; font-size: .875rem;
    color: var(--badge); background: var(--badge-soft);
  }
  .mark { display: block; width: 4rem; height: 4rem; margin: 0 auto 1rem; stroke-linejoin: round; }
  .mark.yes { stroke: var(--yes); fill: var(--yes-soft); }
  .mark.no { stroke: var(--problem); fill: var(--no-soft); }
  .mark ~ h1, .mark ~ p { text-align: center; }
  @media (max-width: 30rem) { main { padding: 1.25rem; } }
  h1 { margin: 0 0 1rem; font-size: 1.375rem; line-height: 1.3; }
  h1:focus { outline: none; }
  p { margin: 0 0 1rem; }
  main > :last-child { margin-bottom: 0; }
  a { color: var(--accent); }
  label { display: block; margin-bottom: .25rem; font-weight: 600; }
  .code {
    display: block; width: 100%; margin: 0 0 1rem; padding: .75rem; border-radius: .5rem;
    font: 600 1.625rem/1.2 ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono",
      monospace;
    letter-spacing: .08em; text-align: center; color: var(--text); background: var(--code);
    border: 1px solid transparent;
  }
  .shown {
    padding: 1.5rem .75rem; border-radius: .75rem; color: var(--glow); background: var(--screen);
    font-size: clamp(1.625rem, 9vw, 2.25rem); font-variant-numeric: slashed-zero;
    border-color: var(--line);
  }
  input.code { border-color: var(--quiet); text-transform: uppercase; }
  input.code::placeholder { color: var(--quiet); opacity: .6; }
  input.code[aria-invalid] { border-color: var(--problem); }
  .problem { color: var(--problem); }
  dl { margin: 0 0 1rem; display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
  dt { color: var(--quiet); }
  dd { margin: 0; overflow-wrap: anywhere; }
  dd.aside { grid-column: 2; margin-top: -.25rem; font-size: .9375rem; color: var(--quiet); }
  @media (max-width: 30rem) {
    dl { grid-template-columns: 1fr; }
    dd { margin-bottom: .25rem; }
    dd.aside { grid-column: 1; }
  }
  .warning { padding: .75rem 1rem; border-inline-start: .25rem solid var(--problem);
    border-radius: .5rem; background: var(--no-soft); }
  .decision { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; }
  button {
    width: 100%; min-height: 3rem; padding: .5rem 1rem; border-radius: .5rem; cursor: pointer;
    font: inherit; font-weight: 600; color: var(--text); background: var(--card);
    border: 2px solid var(--quiet);
  }
  button.no { color: var(--problem); background: var(--no-soft); border-color: var(--problem); }
  button.yes { color: var(--yes); background: var(--yes-soft); border-color: var(--yes); }
  button:hover { border-color: var(--accent); }
  button.primary {
    color: var(--on-accent); background: var(--accent); border-color: var(--accent);
  }
  button:focus-visible, input:focus-visible, a:focus-visible {
    outline: 3px solid var(--accent); outline-offset: 2px;
  }
  footer { max-width: 30rem; margin-top: 1rem; text-align: center; color: var(--quiet); }
  footer p { margin: 0; }

  """
