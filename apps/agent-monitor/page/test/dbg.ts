import { test } from 'vitest';
import { openBrowser } from '/tmp/wt/web/apps/agent-monitor/page/test/browser.ts';
import { playAfternoon } from '/tmp/wt/web/apps/agent-monitor/page/test/scene.ts';
import { TestRuntime } from '/tmp/wt/web/apps/agent-monitor/page/test/test-runtime.ts';
test('x', async () => {
  const b = await openBrowser(); const r = new TestRuntime(); playAfternoon(r); await r.start();
  const p = await b.context.newPage();
  p.on('console', m => console.log('CONSOLE', m.type(), m.text())); p.on('pageerror', e => console.log('ERR', e.stack));
  await p.goto(r.url); await new Promise(f => p.waitForTimeout(2000).then(f));
  console.log(r.requests.slice(0,20), r.requests.length, r.received);
  await p.screenshot({path:'/tmp/shots/dbg.png'});
  await b.close(); await r.stop();
}, 20000);
