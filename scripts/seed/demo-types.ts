/** What the demonstration shop sells. */
export const demoTypes = [
  { key: 'perfume', name: '향수' },
  { key: 'mist', name: '퍼퓸 미스트' },
  { key: 'solid-perfume', name: '고체 향수' },
  { key: 'diffuser', name: '디퓨저' },
  { key: 'room-spray', name: '룸 스프레이' },
  { key: 'candle', name: '캔들' },
  { key: 'body-lotion', name: '바디로션' },
  { key: 'body-wash', name: '바디워시' },
  { key: 'body-oil', name: '바디 오일' },
  { key: 'hand-cream', name: '핸드크림' },
  { key: 'body-scrub', name: '바디 스크럽' },
  { key: 'soap', name: '비누' },
] as const satisfies readonly { key: string; name: string }[];

export type DemoTypeKey = (typeof demoTypes)[number]['key'];
