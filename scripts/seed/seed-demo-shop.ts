import type { App } from '../../src/app.ts';
import type { Id } from '../../src/platform/ids/id.ts';
import { PICTURES_PATH, picturesFolder } from '../../src/platform/storage/pictures.ts';
import { demoBanners } from './demo-banners.ts';
import { demoCoupons } from './demo-coupons.ts';
import { DEMO_PASSWORD } from './demo-login.ts';
import { demoMembers } from './demo-members.ts';
import { demoProducts, type DemoProduct } from './demo-products.ts';
import { demoStyles } from './demo-styles.ts';
import { demoTypes } from './demo-types.ts';
import { paintPictures } from './pictures/paint-pictures.ts';

const MEMBERS = 200;
const YEAR_MS = 365 * 86_400_000;
const PROGRESS_STEP = 10_000;

/**
 * Fills the shop with the demonstration data, as far as it is not there yet: a fill that was cut
 * short goes on where it stopped. Everything is deterministic but the ids.
 * @returns whether anything had to be added
 */
export async function seedDemoShop(
  app: App,
  settings: { dataDir: string; products: number },
  say: (line: string) => void,
): Promise<boolean> {
  const { catalog, coupon, banner, user } = app.modules;
  const there = await catalog.countProducts();
  if (there >= settings.products) return false;

  say(`filling the demonstration shop with ${settings.products} products…`);
  await paintPictures(picturesFolder(settings.dataDir));
  if (there === 0) {
    await user.importMembers(
      [...demoMembers(MEMBERS)].map((member) => ({ ...member, password: DEMO_PASSWORD })),
    );
    await createCoupons(coupon);
    await createBanners(banner);
  }
  const typeIds = await createLabels(catalog, 'type', demoTypes);
  const styleIds = await createLabels(catalog, 'style', demoStyles);
  await catalog.importProducts(
    drafts(there, settings.products, typeIds, styleIds),
    progress(say, 'products', settings.products - there),
  );
  await catalog.republishProducts(progress(say, 'products told to order', settings.products));
  await app.backbone.settled();
  return true;
}

type Modules = App['modules'];

/** Creates the labels that are missing, and gives the ids of all by their keys. */
async function createLabels(
  catalog: Modules['catalog'],
  kind: 'type' | 'style',
  wanted: readonly { key: string; name: string }[],
): Promise<Map<string, Id>> {
  const known = new Map((await catalog.labels.list(kind)).map(({ id, name }) => [name, id]));
  const ids = new Map<string, Id>();
  for (const { key, name } of wanted) {
    // In turn: a label's place in the list is after the one before.
    ids.set(key, known.get(name) ?? (await catalog.labels.create(null, kind, name)).id);
  }
  return ids;
}

/** The products from `from` on: each depends on its own place alone. */
function* drafts(
  from: number,
  count: number,
  typeIds: ReadonlyMap<string, Id>,
  styleIds: ReadonlyMap<string, Id>,
) {
  let index = 0;
  for (const product of demoProducts(count)) {
    if (index >= from) yield draftOf(product, typeIds, styleIds);
    index += 1;
  }
}

function draftOf(
  { typeKey, styleKeys, pictureKey, ...product }: DemoProduct,
  typeIds: ReadonlyMap<string, Id>,
  styleIds: ReadonlyMap<string, Id>,
) {
  return {
    ...product,
    typeId: idOf(typeIds, typeKey),
    styleIds: styleKeys.map((key) => idOf(styleIds, key)),
    taxType: 'taxable' as const,
    images: [pictureUrl(pictureKey)],
  };
}

function idOf(ids: ReadonlyMap<string, Id>, key: string): Id {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`the demonstration data names an unknown key: ${key}`);
  return id;
}

function pictureUrl(key: string): string {
  return `${PICTURES_PATH}${key}.webp`;
}

async function createCoupons(coupon: Modules['coupon']): Promise<void> {
  const opensAt = new Date();
  const closesAt = new Date(opensAt.getTime() + YEAR_MS);
  for (const demo of demoCoupons) {
    await coupon.createCoupon(null, { ...demo, opensAt, closesAt });
  }
}

async function createBanners(banner: Modules['banner']): Promise<void> {
  for (const { pictureKey, ...demo } of demoBanners) {
    await banner.createBanner(null, {
      ...demo,
      imageUrl: pictureUrl(pictureKey),
      startsAt: new Date(),
    });
  }
}

/** Says how far it is, every PROGRESS_STEP items. */
function progress(say: (line: string) => void, what: string, total: number) {
  let said = 0;
  return (done: number) => {
    if (done - said < PROGRESS_STEP) return;
    said = done;
    say(`  ${done} of ${total} ${what}`);
  };
}
