//  HTMLStyle.swift - how the page of HTMLReport looks: the system's fonts, its light or dark.

enum HTMLStyle {
  static let text = """
    :root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1d2330; --dim: #667085;
      --line: #e2e5eb; --good: #18794e; --bad: #c62a2f; --odd: #9a6700; --code: #f2f4f7; }
    @media (prefers-color-scheme: dark) { :root { --page: #14171d; --card: #1c2028; --text: #e6e9ef;
      --dim: #98a2b3; --line: #2d333f; --good: #4cc38a; --bad: #ff7d7d; --odd: #f5c451;
      --code: #12151a; } }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--page); color: var(--text);
      font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
    header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
    header { padding-top: 2.25rem; }
    h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; }
    header.good h1 { color: var(--good); }
    header.bad h1 { color: var(--bad); }
    .numbers { display: flex; flex-wrap: wrap; gap: .5rem 2rem; }
    .number b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
    .number span { color: var(--dim); font-size: .85rem; }
    .number.good b { color: var(--good); }
    .number.bad b { color: var(--bad); }
    .number.odd b { color: var(--odd); }
    .number.none b { color: var(--dim); font-weight: 400; }
    .bar { display: flex; height: .5rem; margin: 1.25rem 0; border-radius: .25rem; overflow: hidden;
      gap: 2px; background: var(--line); }
    .bar .good { background: var(--good); }
    .bar .bad { background: var(--bad); }
    .bar .odd { background: var(--odd); }
    input[name=show] { position: absolute; opacity: 0; }
    label { display: inline-block; margin: 0 .35rem .75rem 0; padding: .2rem .8rem; cursor: pointer;
      border: 1px solid var(--line); border-radius: 1rem; color: var(--dim); font-size: .9rem; }
    input:checked + label { background: var(--text); border-color: var(--text); color: var(--page); }
    input:focus-visible + label { outline: 2px solid var(--dim); outline-offset: 2px; }
    #wrong:checked ~ section.fine, #wrong:checked ~ section details.good { display: none; }
    section { margin: 0 0 1.25rem; background: var(--card); border: 1px solid var(--line);
      border-radius: .6rem; overflow: hidden; }
    h2 { display: flex; justify-content: space-between; gap: 1rem; margin: 0; padding: .65rem 1rem;
      font: 600 .9rem ui-monospace, monospace; border-bottom: 1px solid var(--line); }
    h2 small, summary small { color: var(--dim); font-weight: 400; }
    details + details { border-top: 1px solid var(--line); }
    summary { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem;
      padding: .5rem 1rem; cursor: pointer; list-style: none; }
    summary::-webkit-details-marker { display: none; }
    summary:hover { background: var(--page); }
    summary > span::before { content: "✓"; display: inline-block; width: 1.4em; font-weight: 700;
      color: var(--good); }
    .bad > summary > span::before { content: "✗"; color: var(--bad); }
    .odd > summary > span::before { content: "~"; color: var(--odd); }
    summary > small { white-space: nowrap; font-variant-numeric: tabular-nums; }
    u { margin-left: .5rem; padding: 0 .5rem; border-radius: .6rem; background: var(--code);
      color: var(--dim); font-size: .8rem; text-decoration: none; }
    details > :not(summary) { margin-left: 2.4rem; margin-right: 1rem; }
    h3 { margin: .9rem 0 .3rem; font-size: .8rem; color: var(--dim); font-weight: 600; }
    pre, table { background: var(--code); border-radius: .4rem; font: 13px/1.5 ui-monospace, monospace; }
    pre { padding: .6rem .8rem; margin-top: .3rem; margin-bottom: .6rem; white-space: pre-wrap;
      overflow-wrap: anywhere; }
    table { width: calc(100% - 3.4rem); border-spacing: 0; padding: .4rem .3rem; }
    td { padding: 0 .5rem; vertical-align: top; overflow-wrap: anywhere; }
    td:first-child { color: var(--dim); text-align: right; white-space: nowrap; width: 7em; }
    td:nth-child(2) { width: 6em; }
    ul { margin-top: 0; padding-left: 1.1rem; }
    .place { margin-bottom: 0; color: var(--dim); font: 13px ui-monospace, monospace; }
    .coverage h3, .coverage p { margin-left: 1rem; margin-right: 1rem; }
    .chips { margin-top: 0; line-height: 1.9; }
    .chips b { padding: .1rem .45rem; border-radius: .3rem; background: var(--code);
      font: 12px ui-monospace, monospace; }
    .chips b.good { color: var(--good); }
    .chips b.none { color: var(--dim); text-decoration: line-through; }
    .lines { width: auto; margin: 0 1rem 1rem; border-spacing: 0 .1rem; }
    .lines th { padding: 0 .5rem; font-weight: 400; text-align: left; vertical-align: top;
      overflow-wrap: anywhere; }
    .lines td { width: auto; color: var(--dim); text-align: left; }
    .lines td:nth-child(2) { width: 7rem; vertical-align: middle; }
    .lines td:nth-child(3) { color: var(--text); text-align: right; white-space: nowrap; }
    .lines .bar { margin: 0; height: .4rem; }
    .lines span { white-space: nowrap; }
    @media (max-width: 40rem) { .lines td:nth-child(2) { display: none; } }
    footer { padding-top: .5rem; padding-bottom: 2.5rem; color: var(--dim); font-size: .85rem; }
    """
}
