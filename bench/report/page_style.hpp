// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace signgate::bench::report {

/// page_style is the report's style sheet: light or dark as the reader's system is, nothing from
/// elsewhere, and without characters that HTML would need escaped. The eight colours are told
/// apart by most colour-blind readers. Source: M. Okabe and K. Ito, "Color Universal Design",
/// 2008.
inline constexpr std::string_view page_style = R"(
:root { color-scheme: light dark; --back: #fff; --text: #1c1f24; --faint: #5d6570; --rule: #dfe3e8; --card: #f8f9fb;
  --c0: #0062a3; --c1: #c24e00; --c2: #00795a; --c3: #a83279; --c4: #8a6d00; --c5: #2d7fb8; --c6: #5b5b5b; --c7: #6a3fb5 }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171b; --text: #e6e9ed; --faint: #a0a9b5; --rule: #343b44; --card: #1b1f25;
    --c0: #5cb3f0; --c1: #ff9a4d; --c2: #3fd0a4; --c3: #ee8cc6; --c4: #e6c84a; --c5: #9ad2ff; --c6: #bdbdbd; --c7: #b79bf5 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 0 .3rem } h2 { font-size: 1.2rem; margin: 2rem 0 .6rem }
p { margin: .3rem 0; max-width: 60rem; overflow-wrap: anywhere } .faint, .unit { color: var(--faint); font-size: .875rem }
.warning { border-left: 4px solid var(--c1); padding-left: .7rem; font-weight: 600 }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(21rem, 100%), 1fr)); gap: 1rem;
  align-items: start }
figure { margin: 0; padding: .8rem; background: var(--card); border: 1px solid var(--rule); border-radius: 8px }
figcaption { font-weight: 600 } figure svg[role=img] { display: block; width: 100%; max-width: 38rem; height: auto }
svg text { fill: var(--faint); font-size: 12px; font-family: inherit }
.axis { stroke: var(--faint) } .grid { stroke: var(--rule) } .reference { stroke: var(--faint); stroke-dasharray: 2 3 }
.line { fill: none; stroke-width: 2 } .dashed { stroke-dasharray: 6 4 } .spread { stroke-width: 5; opacity: .35 }
.c0 { stroke: var(--c0); fill: var(--c0) } .c1 { stroke: var(--c1); fill: var(--c1) } .c2 { stroke: var(--c2); fill: var(--c2) }
.c3 { stroke: var(--c3); fill: var(--c3) } .c4 { stroke: var(--c4); fill: var(--c4) } .c5 { stroke: var(--c5); fill: var(--c5) }
.c6 { stroke: var(--c6); fill: var(--c6) } .c7 { stroke: var(--c7); fill: var(--c7) } polyline.line { fill: none }
.hollow { fill: var(--card); stroke-width: 1.5 } .bar.hollow { stroke-dasharray: 4 3 }
.legend li { display: flex; gap: .4rem; overflow-wrap: anywhere } .legend svg { flex: none; margin-top: .3rem }
.legend { list-style: none; margin: .4rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .875rem }
.bars { list-style: none; margin: .6rem 0 0; padding: 0; max-width: 38rem; font-size: .875rem }
.bars li { display: grid; grid-template-columns: 1fr 8.5rem; gap: 0 .6rem; margin-bottom: .5rem; overflow-wrap: anywhere }
.bars div { grid-column: 1 / -1 } .bars svg { display: block; width: 100%; margin-top: .2rem }
.table { overflow-x: auto } table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .7rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--rule) }
th { color: var(--faint); font-weight: 600 } .left { text-align: left }
@media print { body { max-width: none } figure { break-inside: avoid } }
)";

}  // namespace signgate::bench::report
