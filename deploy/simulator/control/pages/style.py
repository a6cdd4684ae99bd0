"""How the pages look. They are not to be mistaken for the product's, nor for Xero's."""

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --paper: #f6f6fb; --raised: #fff; --ink: #20222c; --faded: #5a5f70; --rule: #d5d7e3;
  --accent: #3d3a8c; --on: #fff; --tint: #e9e9f6; --alarm: #9b2c1f; }
@media (prefers-color-scheme: dark) { :root { --paper: #15161d; --raised: #1e1f29; --ink: #e6e6ee; --faded: #a8abbd;
  --rule: #363848; --accent: #b1b0f2; --on: #17172b; --tint: #27283a; --alarm: #f0a090; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
header { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; align-items: baseline; padding: .6rem 1.2rem;
  background: var(--raised); border-bottom: 1px solid var(--rule); }
header strong { color: var(--accent); }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; }
nav a { color: var(--ink); text-decoration: none; padding: .2rem 0; border-bottom: 2px solid transparent; }
nav a[aria-current] { border-color: var(--accent); font-weight: 600; }
main { max-width: 80rem; margin: 0 auto; padding: 1.2rem; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.aside, label, small { color: var(--faded); font-size: .88em; }
.note { background: var(--tint); border-left: 3px solid var(--accent); padding: .5rem .8rem; margin: .8rem 0; }
.wrong { border-color: var(--alarm); color: var(--alarm); }
.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; width: 100%; background: var(--raised); }
th, td { text-align: left; vertical-align: top; padding: .4rem .8rem; border-bottom: 1px solid var(--rule); }
thead th { font-size: .82em; color: var(--faded); white-space: nowrap; }
tbody th { font-weight: 600; }
.num { text-align: right; white-space: nowrap; }
.off { color: var(--faded); }
form { display: flex; flex-wrap: wrap; gap: .4rem .7rem; align-items: end; margin: .3rem 0; }
form div { display: grid; gap: .1rem; }
input { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--faded); border-radius: 4px;
  padding: .3rem .5rem; max-width: 100%; }
button { font: inherit; color: var(--ink); background: var(--raised); border: 1px solid var(--faded);
  border-radius: 4px; padding: .3rem .9rem; cursor: pointer; min-height: 2.1rem; }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on); font-weight: 600; }
summary { cursor: pointer; color: var(--accent); width: fit-content; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
tbody th, .day { white-space: nowrap; }
td input { width: 10.5rem; }
@media (max-width: 40rem) {
  main { padding: .9rem; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody { display: block; }
  tbody tr { display: flex; flex-wrap: wrap; border-bottom: 1px solid var(--faded); padding: .4rem 0; }
  tbody th, tbody td { border: 0; padding: .15rem .8rem; text-align: left; }
  tbody th, tbody td:last-child { flex-basis: 100%; }
  [data-label]::before { content: attr(data-label) " "; color: var(--faded); font-size: .88em; }
}
.cards { list-style: none; padding: 0; display: grid; gap: .6rem; max-width: 34rem; }
.cards a { display: block; background: var(--raised); border: 1px solid var(--rule); border-radius: 4px;
  padding: .7rem 1rem; }
"""
