from tests.browser import places
from tests.browser.test_accessibility import faults, go, wider
from tests.browser.world import LONGEST_NAME, add_extremes
from axe_playwright_python.sync_playwright import Axe
CSS="""addEventListener("DOMContentLoaded",()=>{const s=new CSSStyleSheet();s.replaceSync(`
a:not(.button, .brand, .skip){padding-block:0.3rem}
.as-link{padding:0.3rem 0!important;margin-block:-0.3rem}
.by > *{min-inline-size:0;overflow-wrap:anywhere}`);document.adoptedStyleSheets=[s]})"""
def test_probe(sit, world):
    out=[]
    pages={}
    for p in places.everywhere(world):
        if p.who not in pages:
            pages[p.who]=sit(getattr(world,p.who,None)); pages[p.who].add_init_script(Axe().axe_script); pages[p.who].add_init_script(CSS)
        pg=pages[p.who]
        if p.who=="nobody": pg.context.clear_cookies()
        go(pg,p); out+=[f"{p.name}: {f}" for f in faults(pg)]
    add_extremes(world.two); world.wren.name=LONGEST_NAME; world.wren.called=""; world.wren.save(); world.isko.called=LONGEST_NAME[:60]; world.isko.save()
    pg=sit(world.isko); pg.add_init_script(CSS)
    out+=list(wider(pg,f"/r/{world.relationship.pk}/"))+list(wider(pg,f"/r/{world.relationship.pk}/",right_to_left=True))
    print("\n".join(out) or "NOTHING")
