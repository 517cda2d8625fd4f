/**
 * Keeps a page up to date: the server says that something has changed, the page fetches its own middle part anew, at most
 * once a second. Ages grow without anybody saying so, hence also every five seconds. Focus, open folds and a button that
 * is just being pressed are left as they are. Without JavaScript the page is simply as old as its last load.
 */
export const LIVE_SCRIPT = `(()=>{
const live=document.getElementById('live'),said=document.getElementById('spoken');
if(!live||!window.EventSource)return;
const page=new URL(location.href);page.searchParams.delete('done');
if(page.href!==location.href)history.replaceState(null,'',page);
const part=new URL(page);part.searchParams.set('part','live');
let due=0,last=0,busy=false;
const later=ms=>{clearTimeout(due);due=setTimeout(refresh,ms)};
async function refresh(){
if(document.hidden||busy||live.querySelector(':active'))return later(1000);
busy=true;
try{
const answer=await fetch(part,{headers:{accept:'text/html'}});
if(answer.status===401)return location.reload();
if(answer.ok)show(await answer.text());
}catch{}
busy=false;last=Date.now();later(5000);
}
function show(html){
const held=document.activeElement&&live.contains(document.activeElement)?document.activeElement.id:'';
const folds=[...live.querySelectorAll('details')].map(one=>one.open);
const scrolled=[...live.querySelectorAll('.scroll')].map(one=>one.scrollLeft);
live.innerHTML=html;
live.querySelectorAll('details').forEach((one,at)=>{one.open=folds[at]||one.open});
live.querySelectorAll('.scroll').forEach((one,at)=>{one.scrollLeft=scrolled[at]||0});
if(held)document.getElementById(held)?.focus();
const headline=live.querySelector('[data-headline]')?.textContent||'';
if(said&&said.textContent!==headline)said.textContent=headline;
}
const events=new EventSource(live.dataset.events);
events.onopen=()=>live.classList.remove('stale');
events.onmessage=()=>later(Math.max(0,1000-(Date.now()-last)));
events.onerror=()=>{live.classList.add('stale');if(events.readyState===2)later(1000)};
addEventListener('visibilitychange',()=>{if(!document.hidden)later(0)});
last=Date.now();later(5000);
document.documentElement.dataset.live='true';
})()`;
