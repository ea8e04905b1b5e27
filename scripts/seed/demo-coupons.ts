/** What a coupon takes off: so many KRW; percent, up to so many KRW; or the shipping fee. */
type DemoBenefit =
  | { kind: 'fixed_amount'; amount: number }
  | { kind: 'percentage'; percent: number; maxDiscountAmount?: number }
  | { kind: 'free_shipping' };

export type DemoCoupon = DemoBenefit & {
  name: string;
  /** KRW that the items must cost at least. */
  minOrderAmount: number;
  /** How many can be claimed. */
  quantity: number;
  /** Days from the claim during which it can be used. */
  validDays: number;
};

/** From one that is plentiful to one that is soon gone. */
export const demoCoupons: readonly DemoCoupon[] = [
  {
    name: '첫 구매 3,000원 할인',
    kind: 'fixed_amount',
    amount: 3_000,
    minOrderAmount: 15_000,
    quantity: 100_000,
    validDays: 30,
  },
  {
    name: '오늘의 향기 5,000원 할인',
    kind: 'fixed_amount',
    amount: 5_000,
    minOrderAmount: 30_000,
    quantity: 10_000,
    validDays: 14,
  },
  {
    name: '홈 프래그런스 7,000원 할인',
    kind: 'fixed_amount',
    amount: 7_000,
    minOrderAmount: 50_000,
    quantity: 3_000,
    validDays: 14,
  },
  {
    name: '바디케어 기획전 4,000원 할인',
    kind: 'fixed_amount',
    amount: 4_000,
    minOrderAmount: 25_000,
    quantity: 5_000,
    validDays: 10,
  },
  {
    name: '가을 향기 15% 할인',
    kind: 'percentage',
    percent: 15,
    maxDiscountAmount: 12_000,
    minOrderAmount: 30_000,
    quantity: 2_000,
    validDays: 14,
  },
  {
    name: '배송비 무료',
    kind: 'free_shipping',
    minOrderAmount: 10_000,
    quantity: 20_000,
    validDays: 30,
  },
  {
    name: '선물하기 좋은 날 10,000원 할인',
    kind: 'fixed_amount',
    amount: 10_000,
    minOrderAmount: 80_000,
    quantity: 1_000,
    validDays: 30,
  },
  {
    name: '선착순 100명 20,000원 할인',
    kind: 'fixed_amount',
    amount: 20_000,
    minOrderAmount: 60_000,
    quantity: 100,
    validDays: 3,
  },
];
