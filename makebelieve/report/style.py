"""The style sheets and the scripts of the pages; both stand in the page itself."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--paper:#fdfdfb;--ink:#1c1f23;--soft:#5f6770;--edge:#dcdfe3;--panel:#f3f4f2;
--fine:#9db8d6;--mean:#1f5fa8;--valid:#c2571a;--warn:#fff1d6;--warn-ink:#6b4300}
@media (prefers-color-scheme:dark){:root{--paper:#15171a;--ink:#e8eaec;--soft:#a0a8b0;--edge:#33383e;--panel:#1e2226;
--fine:#3f5f80;--mean:#7fb4ee;--valid:#f0a060;--warn:#3a2c10;--warn-ink:#ffd98a}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1rem 4rem;max-width:60rem;background:var(--paper);color:var(--ink);line-height:1.55;
font-family:system-ui,-apple-system,"Segoe UI","Noto Sans KR","Apple SD Gothic Neo","Malgun Gothic",
NanumGothic,sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .4rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2.4rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--edge)}
p{margin:.3rem 0}.lead{color:var(--soft);max-width:46rem}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.6rem;padding:0;margin:1rem 0}
.figures div{background:var(--panel);border-radius:.5rem;padding:.6rem .8rem}
.figures dt{font-size:.8rem;color:var(--soft)}.figures dd{margin:0;font-size:1.2rem;font-variant-numeric:tabular-nums}
.samples{background:var(--panel);border-radius:.5rem;padding:1rem;text-align:center}
.samples img{width:100%;max-width:34rem;height:auto;image-rendering:pixelated;border-radius:.25rem}
.samples label{display:flex;gap:.8rem;align-items:center;max-width:34rem;margin:.6rem auto 0;font-size:.9rem}
.samples input{flex:1;min-width:0;accent-color:var(--mean)}.samples output{min-width:7em;text-align:right;
font-variant-numeric:tabular-nums}
.texts{text-align:left}.texts pre{background:none;padding:.2rem 0;margin:0}.texts label{margin:0 0 .6rem}
.curves{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem}
figure{margin:0}figcaption{font-weight:600}
figure>svg{width:100%;height:auto;display:block}
svg text{fill:var(--soft);font-size:11px;font-variant-numeric:tabular-nums}
.grid{stroke:var(--edge);stroke-width:1}
polyline{fill:none;stroke:currentColor;stroke-width:1.8;stroke-linejoin:round;stroke-linecap:round}
.fine{color:var(--fine);stroke-width:1.1}.mean{color:var(--mean)}.valid{color:var(--valid);stroke-dasharray:5 4}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;margin:.2rem 0 0;font-size:.85rem;
color:var(--soft)}
.swatch{width:24px;height:8px;margin-right:.4em}
.alarms{list-style:none;padding:0;margin:0}.alarms li{background:var(--warn);color:var(--warn-ink);border-radius:.5rem;
padding:.6rem .8rem;margin:.4rem 0}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--edge);
overflow-wrap:anywhere}th{font-weight:500;color:var(--soft);width:12rem}
pre{background:var(--panel);border-radius:.5rem;padding:.8rem 1rem;white-space:pre-wrap;
overflow-wrap:anywhere;font-size:.88rem;margin:.5rem 0}
code,.print{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.88em}
footer{margin-top:3rem;color:var(--soft);font-size:.85rem}
@media (max-width:30rem){th{width:8rem}h1{font-size:1.4rem}}
"""

SCRIPT = """
const slider=document.getElementById("moment"),shown=document.getElementById("shown"),
told=document.getElementById("told"),moments=[...document.querySelectorAll("#moments img")];
if(slider)slider.addEventListener("input",()=>{const now=moments[slider.value];shown.src=now.src;
shown.alt=told.textContent=now.alt});
const written=document.getElementById("written"),texts=[...document.querySelectorAll("#texts pre")];
if(written)written.addEventListener("input",()=>{texts.forEach((one,i)=>{one.hidden=i!=written.value});
document.getElementById("when").textContent=texts[written.value].dataset.told});
"""

COMPARE_STYLE = """
:root{--run0:#1f5fa8;--run1:#c2571a;--run2:#2f7d4f;--run3:#8a3f9e;--run4:#a01d45;--run5:#6b6300;--run6:#0b7a8c;
--run7:#5f6770}
@media (prefers-color-scheme:dark){:root{--run0:#7fb4ee;--run1:#f0a060;--run2:#7fd0a0;--run3:#cfa0e6;--run4:#f58aa8;
--run5:#d8cf60;--run6:#70d0e0;--run7:#a0a8b0}}
body{max-width:72rem}
.run0{color:var(--run0)}.run1{color:var(--run1)}.run2{color:var(--run2)}.run3{color:var(--run3)}
.run4{color:var(--run4)}.run5{color:var(--run5)}.run6{color:var(--run6)}.run7{color:var(--run7)}
.held{stroke-dasharray:5 4}
.dot{display:inline-block;width:.7em;height:.7em;border-radius:50%;background:currentColor;margin-right:.4em}
.curves{grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr))}
.wide{overflow-x:auto}.wide details{margin:.4rem 0 1rem}
.runs{table-layout:fixed}.runs thead td{width:8rem}.runs thead th{width:auto;color:var(--ink)}
.runs td{font-variant-numeric:tabular-nums}
.notice{background:var(--warn);color:var(--warn-ink);border-radius:.5rem;padding:.6rem .8rem;margin:.8rem 0}
.walls{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem}
.wall{background:var(--panel);border-radius:.5rem;padding:.8rem}
.wall img{width:100%;height:auto;image-rendering:pixelated;border-radius:.25rem;margin-top:.4rem}
.wall figcaption{display:flex;align-items:center}.wall output{margin-left:auto;font-weight:400;color:var(--soft);
font-variant-numeric:tabular-nums}
.moment{display:flex;gap:.8rem;align-items:center;max-width:34rem;margin:0 0 .8rem;font-size:.9rem}
.moment input{flex:1;min-width:0;accent-color:var(--mean)}
@media (max-width:30rem){.runs thead td{width:7rem}
.runs tbody th{position:sticky;left:0;background:var(--paper);width:7rem}}
"""

COMPARE_SCRIPT = """
const moment=document.getElementById("moment");
if(moment)moment.addEventListener("input",()=>{for(const wall of document.querySelectorAll(".wall")){
const all=[...wall.querySelectorAll("img")],now=Math.round(moment.value/moment.max*(all.length-1));
all.forEach((one,i)=>{one.hidden=i!=now});wall.querySelector("output").textContent=all[now].alt}});
"""
