import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bannerPictureKeys, productPictureKeys } from '../../../scripts/seed/picture-keys.ts';
import { paintPictures } from '../../../scripts/seed/pictures/paint-pictures.ts';

const KEPT = 'soap-linen';
const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const ALL_BYTES = 1_500_000;

let folder: string;
const progress: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seonchak-pictures-'));
  await writeFile(join(folder, `${KEPT}.webp`), 'kept');
  await paintPictures(folder, (done, all) => progress.push(`${done}/${all}`));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const fileOf = (key: string) => join(folder, `${key}.webp`);

async function sizeOf(key: string): Promise<string> {
  // Reading the pixels, not only the head, shows that the file is whole.
  const { info } = await sharp(fileOf(key)).raw().toBuffer({ resolveWithObject: true });
  const { format } = await sharp(fileOf(key)).metadata();
  return `${format} ${info.width}x${info.height}`;
}

describe('the painted pictures', () => {
  test('are all there, and nothing else', async () => {
    const expected = [...productPictureKeys, ...bannerPictureKeys].map((key) => `${key}.webp`);
    expect((await readdir(folder)).toSorted()).toEqual(expected.toSorted());
    expect(expected).toHaveLength(101);
  });

  test('are whole WebP files of their size', async () => {
    const products = productPictureKeys.filter((key) => key !== KEPT);
    expect(new Set(await Promise.all(products.map(sizeOf)))).toEqual(new Set(['webp 640x640']));
    expect(new Set(await Promise.all(bannerPictureKeys.map(sizeOf)))).toEqual(
      new Set(['webp 1200x400']),
    );
  });

  test('are small', async () => {
    const files = await readdir(folder);
    const sizes = await Promise.all(
      files.map(async (file) => (await stat(join(folder, file))).size),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(ALL_BYTES);
  });

  test('leave a file that was there as it was', async () => {
    expect((await stat(fileOf(KEPT))).size).toBe('kept'.length);
  });

  test('are told one by one', () => {
    expect(progress).toEqual(Array.from({ length: 101 }, (_, index) => `${index + 1}/101`));
  });
});

test('a second run paints only what is missing', async () => {
  await utimes(fileOf('candle-wood'), LONG_AGO, LONG_AGO);
  await rm(fileOf('candle-sea'));
  await paintPictures(folder);
  expect((await stat(fileOf('candle-wood'))).mtime).toEqual(LONG_AGO);
  expect(await sizeOf('candle-sea')).toBe('webp 640x640');
});
