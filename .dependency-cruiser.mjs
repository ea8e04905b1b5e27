/**
 * Who may import whom. test/architecture/fixtures/boundaries is a small shop that breaks each of
 * these rules; test/architecture runs them over it and over the project.
 *
 * Where one import would break two rules, the rule for the kind of the imported file reports it and
 * the other one leaves it out.
 */
const OWN_MODULE = '^src/modules/$1/';
const EVENTS = '^src/modules/(?<module>[^/]+)/\\k<module>\\.events\\.ts$';
const MODULE_FILE = '^src/modules/.+\\.module\\.ts$';
const STORE_OR_TABLES = '\\.(store|tables)\\.ts$';
/** What puts the shop together and starts it. */
const ABOVE = '^(src/[^/]+$|scripts/)';
const KRW = '^src/platform/money/krw\\.ts$';
const NPM = 'node_modules/';

export default {
  forbidden: [
    {
      name: 'only-app-imports-modules',
      comment:
        'Modules are put together in one place; whoever else needs one goes through the app.',
      severity: 'error',
      from: { pathNot: '^src/app\\.ts$' },
      to: { path: MODULE_FILE },
    },
    {
      name: 'app-only-puts-together',
      comment:
        'The composition root knows the platform and what each module offers, nothing inside.',
      severity: 'error',
      from: { path: '^src/app\\.ts$' },
      to: { pathNot: ['^src/platform/', MODULE_FILE, '^path$', STORE_OR_TABLES] },
    },
    {
      name: 'entry-points-stay-outside-modules',
      comment: "What starts the shop, and scripts, use the modules through the app's own members.",
      severity: 'error',
      from: { path: '^(src/[^/]+\\.ts$|scripts/)', pathNot: '^src/app\\.ts$' },
      to: { path: '^src/modules/', pathNot: [MODULE_FILE, STORE_OR_TABLES] },
    },
    {
      name: 'modules-meet-only-in-events',
      comment: "A module's contract is its events file; everything else of it may change any day.",
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: {
        path: '^src/modules/[^/]+/[^/]+$',
        pathNot: [OWN_MODULE, EVENTS, MODULE_FILE, STORE_OR_TABLES],
      },
    },
    {
      name: 'no-import-deep-into-another-module',
      comment: "A folder inside a module is that module's own affair.",
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: {
        path: '^src/modules/[^/]+/[^/]+/',
        pathNot: [OWN_MODULE, MODULE_FILE, STORE_OR_TABLES],
      },
    },
    {
      name: 'modules-know-nothing-above',
      comment: 'The app knows the modules; a way back would make one big module of everything.',
      severity: 'error',
      from: { path: '^src/modules/' },
      to: { path: ABOVE },
    },
    {
      name: 'platform-knows-no-module',
      comment: 'The platform carries any module; it must not know which ones there are.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^(src/(?!platform/)|scripts/)', pathNot: [MODULE_FILE, STORE_OR_TABLES] },
    },
    {
      name: 'events-are-plain-contracts',
      comment:
        'Others import an events file: whatever it imported would become part of the contract.',
      severity: 'error',
      from: { path: '^src/modules/.+\\.events\\.ts$' },
      to: {
        pathNot: [
          '^src/platform/events/define-event\\.ts$',
          `${NPM}typebox/`,
          MODULE_FILE,
          STORE_OR_TABLES,
        ],
      },
    },
    {
      name: 'rules-know-only-their-module',
      comment: 'Decisions are pure: no packages, no node:, no platform but the sums of money.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/.*\\.rules\\.ts$' },
      to: { pathNot: [OWN_MODULE, KRW] },
    },
    {
      name: 'rules-import-only-types',
      comment:
        'What a decision needs comes in as an argument; from its module it knows only types.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/.*\\.rules\\.ts$' },
      to: { path: OWN_MODULE, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'routes-touch-no-data',
      comment: 'A route turns a request into a call of a use case; the use case reads and writes.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/.*[.-]routes\\.ts$' },
      to: { path: `^src/modules/$1/.*${STORE_OR_TABLES}` },
    },
    {
      name: 'routes-speak-only-http',
      comment: 'Of the platform a route needs only what has to do with requests, and ids.',
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/.*[.-]routes\\.ts$' },
      to: {
        pathNot: [
          '^src/modules/',
          ABOVE,
          '^src/platform/(http|auth|idempotency)/',
          '^src/platform/ids/id\\.ts$',
          `${NPM}(typebox|drizzle-orm|mysql2)/`,
          STORE_OR_TABLES,
        ],
      },
    },
    {
      name: 'stores-and-tables-stay-inside',
      comment: "Nobody reads or writes another's tables, of a module or of a part of the platform.",
      severity: 'error',
      from: { path: '^(src/(?:modules|platform)/[^/]+/|src/[^/]+$|scripts/)' },
      to: { path: STORE_OR_TABLES, pathNot: '^$1' },
    },
    {
      name: 'only-stores-speak-sql',
      comment:
        "A module's SQL is in one kind of file, where it can be found. Measuring needs none of it.",
      severity: 'error',
      from: {
        path: '^(src|scripts)/',
        pathNot: ['^src/platform/database/', '^scripts/bench/', STORE_OR_TABLES],
      },
      to: { path: `${NPM}(drizzle-orm|mysql2)/` },
    },
    {
      name: 'only-the-container-knows-tsyringe',
      comment: 'Its decorators lose their types under esbuild and inject undefined without a word.',
      severity: 'error',
      from: { pathNot: '^src/platform/container/' },
      to: { path: `${NPM}tsyringe/` },
    },
    {
      name: 'only-entry-points-load-reflection',
      comment: 'It must come first in a process, so it stands where processes begin.',
      severity: 'error',
      from: {
        pathNot: ['^src/main\\.ts$', '^scripts/(bench/)?[^/]+\\.ts$', '^src/platform/container/'],
      },
      to: { path: `${NPM}reflect-metadata/` },
    },
    {
      name: 'no-circles',
      comment:
        'In a circle of imports some file runs before what it needs. A circle with an `import type` ' +
        'in it is none when the program runs: the compiler removes that import.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-forgotten-files',
      comment:
        'Nothing leads there: neither the shop nor a script. Tables are read by drizzle-kit.',
      severity: 'error',
      from: { path: '^(src/main\\.ts$|scripts/[^/]+\\.ts$)' },
      to: {
        path: ['^src/', '^scripts/seed/'],
        pathNot: ['^src/main\\.ts$', '\\.tables\\.ts$'],
        reachable: false,
      },
    },
    {
      name: 'no-development-packages',
      comment: 'They are not installed where the shop runs; measuring it is done elsewhere.',
      severity: 'error',
      from: { path: '^(src|scripts)/', pathNot: '^scripts/bench/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-packages-by-accident',
      comment: "Another package's dependency is gone with that package's next version.",
      severity: 'error',
      from: { path: '^(src|scripts)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-imports-of-nothing',
      comment: 'An import that cannot be followed would be seen by no other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // `import type` counts: types are a way to depend on another's inside, too.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // Without these, packages that are ES modules only cannot be found.
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
