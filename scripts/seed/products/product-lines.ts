import { demoTypes, type DemoTypeKey } from '../demo-types.ts';

/** A kind of goods within a type: what it is called, and in which sizes it is sold. */
export type ProductLine = {
  type: DemoTypeKey;
  /** Ends in Hangul, so that particles can follow. */
  noun: string;
  /** KRW of the first size at price level 1. */
  price: number;
  /** Sizes and sets, with their price as a multiple of the first one's. */
  sizes: Readonly<Record<string, number>>;
};

const linesByType: Record<DemoTypeKey, readonly Omit<ProductLine, 'type'>[]> = {
  perfume: [
    {
      noun: '오 드 퍼퓸',
      price: 52_000,
      sizes: { '30ml': 1, '50ml': 1.5, '100ml': 2.4, '100ml + 휴대용 10ml': 2.7 },
    },
    { noun: '오 드 뚜왈렛', price: 39_000, sizes: { '30ml': 1, '50ml': 1.4, '100ml': 2.2 } },
    {
      noun: '엑스트레 드 퍼퓸',
      price: 89_000,
      sizes: { '30ml': 1, '50ml': 1.5, '50ml + 리필 50ml': 2.4 },
    },
    { noun: '오 드 코롱', price: 34_000, sizes: { '50ml': 1, '100ml': 1.6, '200ml': 2.6 } },
    {
      noun: '롤온 퍼퓸',
      price: 18_000,
      sizes: { '10ml': 1, '10ml 2개 세트': 1.85, '10ml 3개 세트': 2.6 },
    },
    { noun: '퍼퓸 오일', price: 29_000, sizes: { '6ml': 1, '12ml': 1.7 } },
  ],
  mist: [
    {
      noun: '퍼퓸 미스트',
      price: 22_000,
      sizes: { '100ml': 1, '150ml': 1.35, '100ml 2개 세트': 1.85 },
    },
    { noun: '바디 미스트', price: 15_000, sizes: { '100ml': 1, '150ml': 1.3, '250ml': 1.8 } },
    {
      noun: '헤어 앤 바디 미스트',
      price: 18_000,
      sizes: { '100ml': 1, '100ml + 휴대용 30ml': 1.4, '200ml': 1.6 },
    },
    { noun: '글로우 미스트', price: 19_000, sizes: { '80ml': 1, '150ml': 1.6 } },
  ],
  'solid-perfume': [
    {
      noun: '고체 향수',
      price: 17_000,
      sizes: { '10g': 1, '10g + 리필': 1.6, '10g 3개 세트': 2.7 },
    },
    { noun: '퍼퓸 밤', price: 14_000, sizes: { '8g': 1, '15g': 1.6, '8g 2개 세트': 1.85 } },
    {
      noun: '포켓 퍼퓸',
      price: 19_000,
      sizes: { 본품: 1, '본품 + 리필': 1.5, '본품 + 리필 2개': 1.95 },
    },
  ],
  diffuser: [
    {
      noun: '디퓨저',
      price: 24_000,
      sizes: { '100ml': 1, '200ml': 1.6, '200ml + 리필 200ml': 2.5, '500ml': 2.9 },
    },
    { noun: '리드 디퓨저', price: 29_000, sizes: { '150ml': 1, '250ml': 1.5, '500ml': 2.4 } },
    { noun: '대용량 디퓨저', price: 46_000, sizes: { '500ml': 1, '1,000ml': 1.7 } },
    { noun: '플라워 디퓨저', price: 32_000, sizes: { '200ml': 1, '200ml + 리필 200ml': 1.6 } },
  ],
  'room-spray': [
    { noun: '룸 스프레이', price: 19_000, sizes: { '100ml': 1, '200ml': 1.6, '500ml': 2.8 } },
    {
      noun: '패브릭 스프레이',
      price: 14_000,
      sizes: { '200ml': 1, '500ml': 1.8, '500ml + 리필 500ml': 2.9 },
    },
    {
      noun: '섬유 향수',
      price: 13_000,
      sizes: { '150ml': 1, '300ml': 1.6, '150ml 2개 세트': 1.85 },
    },
    { noun: '필로우 미스트', price: 17_000, sizes: { '50ml': 1, '100ml': 1.5 } },
  ],
  candle: [
    { noun: '소이 캔들', price: 22_000, sizes: { '120g': 1, '200g': 1.5, '400g': 2.6 } },
    { noun: '캔들', price: 26_000, sizes: { '180g': 1, '300g': 1.5, '180g 2개 세트': 1.9 } },
    { noun: '밀랍 캔들', price: 31_000, sizes: { '150g': 1, '250g': 1.5 } },
    { noun: '우드윅 캔들', price: 33_000, sizes: { '200g': 1, '380g': 1.7 } },
  ],
  'body-lotion': [
    {
      noun: '바디로션',
      price: 19_000,
      sizes: { '200ml': 1, '300ml': 1.35, '500ml': 1.9, '500ml + 리필 500ml': 3.2 },
    },
    {
      noun: '바디 밀크',
      price: 21_000,
      sizes: { '200ml': 1, '250ml': 1.2, '200ml 2개 세트': 1.85 },
    },
    { noun: '퍼퓸 바디로션', price: 24_000, sizes: { '200ml': 1, '300ml': 1.4, '500ml': 2 } },
    { noun: '바디 에센스', price: 26_000, sizes: { '200ml': 1, '300ml': 1.35 } },
  ],
  'body-wash': [
    {
      noun: '바디워시',
      price: 15_000,
      sizes: { '300ml': 1, '500ml': 1.45, '500ml + 리필 500ml': 2.5, '500ml 3개 세트': 3.9 },
    },
    { noun: '샤워 젤', price: 16_000, sizes: { '200ml': 1, '300ml': 1.35, '500ml': 1.9 } },
    { noun: '퍼퓸 바디워시', price: 18_000, sizes: { '300ml': 1, '500ml': 1.5 } },
    {
      noun: '버블 워시',
      price: 19_000,
      sizes: { '300ml': 1, '500ml': 1.5, '300ml 2개 세트': 1.85 },
    },
  ],
  'body-oil': [
    { noun: '바디 오일', price: 27_000, sizes: { '100ml': 1, '150ml': 1.35, '200ml': 1.7 } },
    { noun: '드라이 오일', price: 31_000, sizes: { '50ml': 1, '100ml': 1.7 } },
    { noun: '마사지 오일', price: 25_000, sizes: { '100ml': 1, '200ml': 1.7, '500ml': 3.4 } },
  ],
  'hand-cream': [
    {
      noun: '핸드크림',
      price: 9_000,
      sizes: { '30ml': 1, '50ml': 1.4, '80ml': 1.9, '30ml 3개 세트': 2.7 },
    },
    {
      noun: '퍼퓸 핸드크림',
      price: 12_000,
      sizes: { '50ml': 1, '80ml': 1.4, '50ml 2개 세트': 1.85 },
    },
    { noun: '핸드 앤 네일 크림', price: 11_000, sizes: { '40ml': 1, '75ml': 1.5 } },
  ],
  'body-scrub': [
    { noun: '바디 스크럽', price: 18_000, sizes: { '200g': 1, '300g': 1.4, '500g': 2 } },
    { noun: '슈가 스크럽', price: 19_000, sizes: { '150g': 1, '250g': 1.5 } },
    {
      noun: '솔트 스크럽',
      price: 17_000,
      sizes: { '200g': 1, '400g': 1.7, '200g 2개 세트': 1.85 },
    },
  ],
  soap: [
    {
      noun: '수제 비누',
      price: 8_000,
      sizes: { '100g': 1, '100g 2개 세트': 1.9, '100g 4개 세트': 3.6 },
    },
    { noun: '퍼퓸 비누', price: 11_000, sizes: { '120g': 1, '120g 3개 세트': 2.75 } },
    {
      noun: '약산성 비누',
      price: 9_500,
      sizes: { '100g': 1, '100g + 비누 받침': 1.8, '100g 3개 세트': 2.7 },
    },
    { noun: '바디 바', price: 10_000, sizes: { '130g': 1, '130g 2개 세트': 1.85 } },
  ],
};

/** A type's share of the shop is the number of its lines. */
export const productLines: readonly ProductLine[] = demoTypes.flatMap(({ key }) =>
  linesByType[key].map((line) => ({ type: key, ...line })),
);
