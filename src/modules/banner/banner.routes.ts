import { Type } from 'typebox';
import { adminIdOf } from '../../platform/auth/access-token.ts';
import { sendWithEtag } from '../../platform/http/etag.ts';
import type { Routes } from '../../platform/http/shop-server.ts';
import {
  closedObject,
  idSchema,
  listOf,
  listQuery,
  momentSchema,
  nullable,
} from '../../platform/http/schemas.ts';
import type { ChangeBanner } from './change-banner.ts';
import { MAIN_PLACEMENT, type CreateBanner } from './create-banner.ts';
import type { DeleteBanner } from './delete-banner.ts';
import type { ListBanners } from './list-banners.ts';
import type { ShowBanner } from './show-banner.ts';

// Lower case only: the database's collation would take `Main` and `main` for the same place.
const placement = (options: { default?: string } = {}) =>
  Type.String({
    pattern: '^[a-z0-9][a-z0-9-]{0,49}$',
    description: 'The place on the pages that it is for',
    examples: [MAIN_PLACEMENT],
    ...options,
  });
const title = () => Type.String({ minLength: 1, maxLength: 200, examples: ['11월 첫 구매 행사'] });
const address = (description: string) =>
  nullable(Type.String({ minLength: 1, maxLength: 500, description, examples: ['/products'] }));
const position = () =>
  Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Lower ones come first' });

const written = {
  placement: Type.Optional(placement()),
  imageUrl: Type.Optional(address('http(s) address, or a path of this site')),
  linkUrl: Type.Optional(address('Where a click leads: http(s), or a path of this site')),
  endsAt: Type.Optional(nullable(momentSchema('Until when it is shown; null for good'))),
  position: Type.Optional(position()),
};

const NewBannerSchema = closedObject(
  { title: title(), startsAt: momentSchema('From when it is shown'), ...written },
  { description: 'Shown on `main`, at position 0 and for good, unless it says otherwise' },
);

const BannerChangesSchema = closedObject(
  { title: Type.Optional(title()), startsAt: Type.Optional(momentSchema()), ...written },
  { minProperties: 1, description: 'What is left out stays as it is' },
);

const bannerFields = {
  id: idSchema(),
  placement: Type.String(),
  title: Type.String(),
  imageUrl: nullable(Type.String()),
  linkUrl: nullable(Type.String()),
  startsAt: momentSchema(),
  endsAt: nullable(momentSchema()),
  position: Type.Integer(),
};

const BannerSchema = Type.Object(bannerFields);

const AdminBannerSchema = Type.Object({
  ...bannerFields,
  version: Type.Integer({ description: 'Counts its changes, from 1' }),
  createdAt: momentSchema(),
});

const bannerParams = closedObject({ bannerId: idSchema() });
const adminTags = ['admin: banners'];
const BANNERS = '/api/v1/admin/banners';

export function bannerRoutes(use: { listBanners: ListBanners }): Routes {
  return (scope) => {
    scope.get(
      '/banners',
      {
        schema: {
          summary: 'The banners that are shown now in one place, in their order',
          description:
            'Carries an ETag; If-None-Match answers 304. At most 100, never a next page.',
          tags: ['banners'],
          querystring: closedObject({ placement: placement({ default: MAIN_PLACEMENT }) }),
          response: { 200: listOf(BannerSchema) },
        },
      },
      async (request, reply) =>
        sendWithEtag(request, reply, await use.listBanners.shown(request.query.placement)),
    );
  };
}

export function bannerAdminRoutes(use: {
  createBanner: CreateBanner;
  changeBanner: ChangeBanner;
  deleteBanner: DeleteBanner;
  showBanner: ShowBanner;
  listBanners: ListBanners;
}): Routes {
  return (scope) => {
    scope.post(
      '/banners',
      {
        config: { permission: 'banner.write', resource: `${BANNERS}/:made` },
        schema: {
          summary: 'Create a banner',
          tags: adminTags,
          body: NewBannerSchema,
          response: { 201: AdminBannerSchema },
        },
      },
      async (request, reply) => {
        const { startsAt, endsAt, ...rest } = request.body;
        const id = await use.createBanner(adminIdOf(request), {
          ...rest,
          startsAt: new Date(startsAt),
          endsAt: toMoment(endsAt ?? null),
        });
        reply.header('location', `${BANNERS}/${id}`);
        return reply.code(201).send(await use.showBanner(id));
      },
    );

    scope.get(
      '/banners',
      {
        config: { permission: 'banner.read' },
        schema: {
          summary: 'All banners, newest first',
          tags: adminTags,
          querystring: closedObject(listQuery),
          response: { 200: listOf(AdminBannerSchema) },
        },
      },
      (request) => use.listBanners.all(request.query),
    );

    scope.get(
      '/banners/:bannerId',
      {
        config: { permission: 'banner.read' },
        schema: {
          summary: 'A banner',
          tags: adminTags,
          params: bannerParams,
          response: { 200: AdminBannerSchema },
        },
      },
      (request) => use.showBanner(request.params.bannerId),
    );

    scope.patch(
      '/banners/:bannerId',
      {
        config: { permission: 'banner.write', resource: `${BANNERS}/:bannerId` },
        schema: {
          summary: 'Change a banner',
          tags: adminTags,
          params: bannerParams,
          body: BannerChangesSchema,
          response: { 200: AdminBannerSchema },
        },
      },
      async (request) => {
        const { bannerId } = request.params;
        const { startsAt, endsAt, ...rest } = request.body;
        await use.changeBanner(adminIdOf(request), bannerId, {
          ...rest,
          ...(startsAt === undefined ? {} : { startsAt: new Date(startsAt) }),
          ...(endsAt === undefined ? {} : { endsAt: toMoment(endsAt) }),
        });
        return use.showBanner(bannerId);
      },
    );

    scope.delete(
      '/banners/:bannerId',
      {
        config: { permission: 'banner.write', resource: `${BANNERS}/:bannerId` },
        schema: {
          summary: 'Delete a banner',
          tags: adminTags,
          params: bannerParams,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => {
        await use.deleteBanner(adminIdOf(request), request.params.bannerId);
        return reply.code(204).send(null);
      },
    );
  };
}

function toMoment(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
