import fastifyStatic from '@fastify/static';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ShopServer } from '../http/shop-server.ts';

/** Below this path pictures are served. */
export const PICTURES_PATH = '/images/';

/** Where the shop keeps its pictures on disk. */
export function picturesFolder(dataDir: string): string {
  return resolve(join(dataDir, 'images'));
}

/** Serves the pictures folder. A file of a given name never changes, so browsers may keep it. */
export async function servePictures(server: ShopServer, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await server.register(fastifyStatic, {
    root: folder,
    prefix: PICTURES_PATH,
    index: false,
    immutable: true,
    maxAge: '30d',
    decorateReply: false,
    schemaHide: true,
  });
}
