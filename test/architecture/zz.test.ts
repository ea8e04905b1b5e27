import { it } from 'vitest';
import { startShop } from '../support/start-shop.ts';
it('x', async () => {
  const t0=performance.now();
  const shop = await startShop();
  console.log('start', performance.now()-t0);
  console.log(shop.app.server.printRoutes({ commonPrefix: false }));
  const r = shop.app.server.findRoute({ method: 'GET', url: '/api/v1/admin/orders/:orderId' }) as any;
  console.log(Object.keys(r ?? {}), r?.store && Object.keys(r.store), r?.store?.config);
  const doc = (await shop.app.server.inject({url:'/openapi.json'})).json();
  console.log(JSON.stringify(doc.paths['/api/v1/orders'], null, 1).slice(0, 6000));
  console.log(Object.entries(doc.paths).map(([p,o])=>p+' '+Object.keys(o as any)).join('\n'));
  const x = await shop.app.server.inject({method:'GET', url:'/api/v1/admin/orders', headers:{authorization:'Bearer '+shop.app.server.jwt.sign({kind:'admin',sub:'01942f3c-7a10-7c3e-9d51-3f0b6a1c2d4e',role:'nobody' as any})}});
  console.log(x.statusCode, x.body);
  await shop.stop();
});
