import type { BannerPictureKey } from './picture-keys.ts';

export type DemoBanner = {
  placement: string;
  title: string;
  /** Its file is `${pictureKey}.webp`. */
  pictureKey: BannerPictureKey;
  /** Within the shop, from the root. */
  linkUrl: string;
  /** Order within the placement, from 1. */
  position: number;
};

/** Two placements: `main`, the large pictures of the front page, and `list`, a strip below the lists. */
export const demoBanners: readonly DemoBanner[] = [
  {
    placement: 'main',
    title: '향으로 여는 하루, 새로 들어온 향을 만나 보세요',
    pictureKey: 'banner-welcome',
    linkUrl: '/products?sort=newest',
    position: 1,
  },
  {
    placement: 'main',
    title: '먼저 오신 분께, 선착순 특가',
    pictureKey: 'banner-flash-sale',
    linkUrl: '/flash-sales',
    position: 2,
  },
  {
    placement: 'main',
    title: '머무는 공간을 바꾸는 향, 디퓨저와 캔들',
    pictureKey: 'banner-home-scent',
    linkUrl: `/search?q=${encodeURIComponent('디퓨저')}`,
    position: 3,
  },
  {
    placement: 'list',
    title: '씻는 시간이 휴식이 되도록, 바디케어 기획전',
    pictureKey: 'banner-bath',
    linkUrl: `/search?q=${encodeURIComponent('바디워시')}`,
    position: 1,
  },
  {
    placement: 'list',
    title: '고마운 마음을 향기로, 선물 쿠폰 받기',
    pictureKey: 'banner-gift',
    linkUrl: '/coupons',
    position: 2,
  },
];
