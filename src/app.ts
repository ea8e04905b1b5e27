import { join } from 'node:path';
import { wireBanner, type BannerModule } from './modules/banner/banner.module.ts';
import { wireCatalog, type CatalogModule } from './modules/catalog/catalog.module.ts';
import { wireCoupon, type CouponModule } from './modules/coupon/coupon.module.ts';
import { wireDashboard } from './modules/dashboard/dashboard.module.ts';
import { wireOrder } from './modules/order/order.module.ts';
import { wireUser, type UserModule } from './modules/user/user.module.ts';
import { accessTokenSigner } from './platform/auth/access-token.ts';
import { restrictToAdmins } from './platform/auth/admin-scope.ts';
import { loadJwtSecret } from './platform/auth/jwt-secret.ts';
import { Invalidations } from './platform/cache/invalidations.ts';
import { closeRedis, openRedis, type Redis } from './platform/cache/redis.ts';
import { DatabaseClock, type Clock } from './platform/clock/clock.ts';
import { HostClock } from './platform/clock/host-clock.ts';
import type { Config } from './platform/config/config.ts';
import { projectRoot } from './platform/config/project-root.ts';
import { createContainer, provide, type Container } from './platform/container/container.ts';
import type { ShopModule } from './platform/container/shop-module.ts';
import * as tokens from './platform/container/tokens.ts';
import { Precedence } from './platform/batching/precedence.ts';
import { checkDatabase, checkServer } from './platform/database/check-server.ts';
import { Database } from './platform/database/database.ts';
import { migrateDatabase } from './platform/database/migrate.ts';
import { EventBackbone } from './platform/events/event-backbone.ts';
import { addEventMetrics } from './platform/events/events.metrics.ts';
import { addFirstComeMetrics } from './platform/first-come/first-come.metrics.ts';
import { eventsAdminRoutes } from './platform/events/events.admin-routes.ts';
import { retentionChore } from './platform/events/retention.ts';
import { idsFollow } from './platform/ids/id.ts';
import { registerHealth, type HealthCheck } from './platform/http/health.ts';
import { describeMembersIn, type DescribeMembers } from './platform/http/members-for-staff.ts';
import { shedLoad } from './platform/http/shed-load.ts';
import { createShopServer, type Routes, type ShopServer } from './platform/http/shop-server.ts';
import { Chores } from './platform/jobs/chores.ts';
import { every } from './platform/lifecycle/every.ts';
import { Lifecycle } from './platform/lifecycle/lifecycle.ts';
import type { Logger } from './platform/logging/logger.ts';
import { addGauge, createMetrics, serveMetrics } from './platform/metrics/metrics.ts';
import { picturesFolder, servePictures } from './platform/storage/pictures.ts';

/** The servers that an app stands on: one's own, or the embedded ones. */
export type Connections = { databaseUrl: string; redisUrl: string };

export type App = {
  server: ShopServer;
  backbone: EventBackbone;
  /** What scripts use of the modules. */
  modules: {
    user: UserModule;
    catalog: CatalogModule;
    coupon: CouponModule;
    banner: BannerModule;
  };
  /** Stops everything, in the reverse order of its start. */
  stop: () => Promise<void>;
};

const MIGRATIONS = join(projectRoot(), 'migrations');
const CLOCK_CORRECTION_MS = 30_000;

/**
 * Puts the shop together: platform, modules, routes, consumers. Everything runs when this resolves,
 * except that nothing listens yet. When a step fails, what had started is stopped again.
 * @param clock for tests; when not given, the database's time, which ids then follow, too
 */
export async function buildApp(
  config: Config,
  connections: Connections,
  log: Logger,
  clock?: Clock,
): Promise<App> {
  const lifecycle = new Lifecycle(log);
  try {
    return await assemble(config, connections, log, lifecycle, clock);
  } catch (error) {
    await lifecycle.stop();
    throw error;
  }
}

async function assemble(
  config: Config,
  connections: Connections,
  log: Logger,
  lifecycle: Lifecycle,
  givenClock: Clock | undefined,
): Promise<App> {
  const { poolSize } = config.database;
  const database = Database.open(connections.databaseUrl, poolSize);
  lifecycle.onStop('database', () => database.close());
  await checkServer(database, poolSize);
  await migrateDatabase(connections.databaseUrl, MIGRATIONS);
  await checkDatabase(database);
  const redis = openRedis(connections.redisUrl, log);
  lifecycle.onStop('redis', () => closeRedis(redis));
  const { clock, warnings } = givenClock
    ? { clock: givenClock, warnings: () => [] }
    : await startClock(database, lifecycle, log);

  const backbone = new EventBackbone(database, config.events, log);
  const jwtSecret = await loadJwtSecret(config.jwtSecret, config.dataDir);
  const countChanges = () => database.changes.count;
  const server = await createShopServer(config.http, jwtSecret, clock, log, countChanges);

  const precedence = new Precedence();
  const { prefix } = config.redis;
  const invalidations = new Invalidations({ redis, prefix, log });

  const root = createContainer();
  provide(root, tokens.CONFIG, () => config);
  provide(root, tokens.LOG, () => log);
  provide(root, tokens.CLOCK, () => clock);
  provide(root, tokens.DATABASE, () => database);
  provide(root, tokens.REDIS, () => redis);
  provide(root, tokens.INVALIDATIONS, () => invalidations);
  provide(root, tokens.IN_TRANSACTION, () => backbone.inTransaction);
  provide(root, tokens.PRECEDENCE, () => precedence);
  provide(root, tokens.SIGN_ACCESS_TOKEN, () => accessTokenSigner(server));

  const user = wire(root, wireUser);
  const catalog = wire(root, wireCatalog);
  const order = wire(root, wireOrder);
  const coupon = wire(root, wireCoupon);
  const banner = wire(root, wireBanner);
  const dashboard = wire(root, wireDashboard);
  const modules: ShopModule[] = [user, catalog, order, coupon, banner, dashboard];

  const consumers = modules.flatMap((module) => module.consumers);
  const { inTransaction } = backbone;
  const operations = eventsAdminRoutes({ database, inTransaction, consumers });
  const gates = gatesOf(modules);
  const metrics = createMetrics();
  addEventMetrics(metrics, database, backbone);
  addFirstComeMetrics(metrics, gates);
  for (const gauge of modules.flatMap(({ gauges = [] }) => gauges)) addGauge(metrics, gauge);

  shedLoad(server, () => backbone.isOverloaded);
  serveMetrics(server, metrics);
  registerHealth(server, healthChecks(database, redis), warnings);
  await servePictures(server, picturesFolder(config.dataDir));
  await registerRoutes(server, modules, [operations], user.describeMembers);

  invalidations.start();
  lifecycle.onStop('invalidations', () => invalidations.stop());
  await backbone.start(consumers);
  lifecycle.onStop('events', () => backbone.stop());
  await startGates(gates, lifecycle);
  startSweeps(modules, lifecycle, log);
  startChores(modules, { database, redis, prefix }, lifecycle, log);
  lifecycle.onStop('http', () => server.close());

  if (config.owner) await user.ensureOwner(config.owner);
  return {
    server,
    backbone,
    modules: { user, catalog, coupon, banner },
    stop: () => lifecycle.stop(),
  };
}

/** Each module gets a container of its own: siblings cannot see each other. */
function wire<Module>(root: Container, wireModule: (container: Container) => Module): Module {
  return wireModule(root.createChildContainer());
}

async function startClock(
  database: Database,
  lifecycle: Lifecycle,
  log: Logger,
): Promise<{ clock: Clock; warnings: () => string[] }> {
  const clock = await DatabaseClock.start(() => database.timeMs());
  const hostClock = new HostClock(clock, log);
  hostClock.look();
  const correct = async () => {
    await clock.correct();
    hostClock.look();
  };
  const correction = every(CLOCK_CORRECTION_MS, 'the clock', correct, log);
  lifecycle.onStop('clock', () => correction.stop());
  lifecycle.onStop('ids', idsFollow(clock));
  return { clock, warnings: () => hostClock.warnings() };
}

async function registerRoutes(
  server: ShopServer,
  modules: readonly ShopModule[],
  operations: readonly Routes[],
  describeMembers: DescribeMembers,
): Promise<void> {
  await server.register(
    async (scope: ShopServer) => {
      for (const module of modules) module.routes(scope);
    },
    { prefix: '/api/v1' },
  );
  await server.register(
    async (scope: ShopServer) => {
      restrictToAdmins(scope);
      describeMembersIn(scope, describeMembers);
      for (const module of modules) module.adminRoutes(scope);
      for (const routes of operations) routes(scope);
    },
    { prefix: '/api/v1/admin' },
  );
}

type Gates = NonNullable<ShopModule['gates']>;

function gatesOf(modules: readonly ShopModule[]): Gates {
  return Object.fromEntries(modules.flatMap(({ gates = {} }) => Object.entries(gates)));
}

/** Their claims are stored through the events' transactions, so they end before these do. */
async function startGates(gates: Gates, lifecycle: Lifecycle): Promise<void> {
  for (const [kind, gate] of Object.entries(gates)) {
    await gate.start();
    lifecycle.onStop(`the gate of ${kind} campaigns`, () => gate.stop());
  }
}

function startSweeps(modules: readonly ShopModule[], lifecycle: Lifecycle, log: Logger): void {
  const sweeps = modules
    .flatMap((module) => module.sweeps ?? [])
    .map(({ name, everyMs, run }) => every(everyMs, name, run, log));
  lifecycle.onStop('sweeps', async () => {
    await Promise.all(sweeps.map((sweep) => sweep.stop()));
  });
}

function startChores(
  modules: readonly ShopModule[],
  parts: { database: Database; redis: Redis; prefix: string },
  lifecycle: Lifecycle,
  log: Logger,
): void {
  const all = [retentionChore(parts.database), ...modules.flatMap((module) => module.chores ?? [])];
  const chores = new Chores(parts.redis, parts.prefix, all, log);
  chores.start();
  lifecycle.onStop('chores', () => chores.stop());
}

function healthChecks(database: Database, redis: Redis): HealthCheck[] {
  return [
    { name: 'database', check: async () => void (await database.select('SELECT 1')) },
    {
      name: 'redis',
      check: async () => {
        // A command would wait for an absent server to come back.
        if (redis.status !== 'ready') throw new Error(`the connection is ${redis.status}`);
        await redis.ping();
      },
    },
  ];
}
