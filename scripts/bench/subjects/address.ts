/** Where everything goes that the bench orders. */
export const ADDRESS = {
  recipient: '김체험',
  phone: '010-0000-0000',
  zoneCode: '04524',
  roadAddress: '서울 중구 세종대로 110',
  detail: '3층',
};
