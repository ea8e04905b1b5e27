import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { demoTypes } from '../demo-types.ts';
import { bannerPictureKeys, paletteKeys, productPictureKey } from '../picture-keys.ts';
import { bannerScene } from './banner-scenes.ts';
import { palettes } from './palettes.ts';
import { productScene } from './scenes.ts';

/** More than two processors, since each also waits for the disk. */
const PAINTERS = 4;
const WEBP = { quality: 82, effort: 2 } as const;

type Painting = { key: string; svg: () => string };

const paintings: readonly Painting[] = [
  ...demoTypes.flatMap((type) =>
    paletteKeys.map((palette) => ({
      key: productPictureKey(type.key, palette),
      svg: () => productScene(type.key, palettes[palette]),
    })),
  ),
  ...bannerPictureKeys.map((key) => ({ key, svg: () => bannerScene(key) })),
];

/**
 * Paints the demonstration shop's pictures into a folder, as `<picture key>.webp`: products of 640
 * by 640 pixels, banners of 1200 by 400. Files that exist stay as they are, and each appears whole
 * or not at all, so a run that was cut short can simply be repeated.
 * @param progress told after each picture how many of all are there
 */
export async function paintPictures(
  folder: string,
  progress?: (done: number, all: number) => void,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const waiting = paintings.values();
  let done = 0;
  const paintOn = async (): Promise<void> => {
    // One iterator for all painters: each takes the next picture when it is free.
    for (const painting of waiting) {
      await paint(folder, painting);
      done += 1;
      progress?.(done, paintings.length);
    }
  };
  await Promise.all(Array.from({ length: PAINTERS }, paintOn));
}

async function paint(folder: string, { key, svg }: Painting): Promise<void> {
  const file = join(folder, `${key}.webp`);
  if (await exists(file)) return;
  const unfinished = join(folder, `.${key}.${process.pid}.tmp`);
  try {
    await sharp(Buffer.from(svg())).webp(WEBP).toFile(unfinished);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
