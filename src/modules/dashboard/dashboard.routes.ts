import { Type } from 'typebox';
import type { Routes } from '../../platform/http/shop-server.ts';
import { closedObject, momentSchema } from '../../platform/http/schemas.ts';
import type { ListSales } from './list-sales.ts';
import type { ShowSummary } from './show-summary.ts';

const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...(description === undefined ? {} : { description }) });

const salesFields = {
  paidOrders: count('Orders that were paid in this time'),
  paidAmount: count('What they paid, in KRW'),
  soldUnits: count('Units in them'),
  cancelledOrders: count(
    'Paid orders that were cancelled as a whole in this time, whenever they were paid',
  ),
  cancelledAmount: count('What went back to buyers, of whole orders and of single lines, in KRW'),
  netAmount: Type.Integer({ description: 'paidAmount - cancelledAmount; may be below zero' }),
};

const SummarySchema = Type.Object({
  day: Type.String({ examples: ['2026-11-20'], description: "In the shop's time zone" }),
  from: momentSchema('When this day begins'),
  to: momentSchema('When it ends'),
  ...salesFields,
  asOf: momentSchema('When these numbers were read'),
});

const SalesSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      start: momentSchema('When it begins'),
      label: Type.String({
        description: "Its start on the clocks of the shop's time zone",
        examples: ['2026-11-20 09:00', '2026-11-20', '2026-11'],
      }),
      ...salesFields,
    }),
  ),
});

const edge = (description: string) =>
  Type.String({
    minLength: 10,
    maxLength: 40,
    description,
    examples: ['2026-11-20', '2026-11-20T00:00:00.000Z'],
  });

const salesQuery = closedObject({
  from: edge("A moment, or a date of the shop's time zone: from its beginning"),
  to: edge("A moment (exclusive), or a date of the shop's time zone: until its end"),
  by: Type.Enum(['hour', 'day', 'month'], {
    default: 'day',
    description: 'Size of an item; at most 32 days by hour, 400 days by day, 10 years by month',
  }),
});

export function dashboardAdminRoutes(use: {
  showSummary: ShowSummary;
  listSales: ListSales;
}): Routes {
  return (scope) => {
    scope.get(
      '/dashboard/summary',
      {
        config: { permission: 'dashboard.read' },
        schema: {
          summary: 'Sales of today so far',
          tags: ['admin: dashboard'],
          response: { 200: SummarySchema },
        },
      },
      () => use.showSummary(),
    );

    scope.get(
      '/dashboard/sales',
      {
        config: { permission: 'dashboard.read' },
        schema: {
          summary: 'Sales by hour, day or month',
          description:
            "Whole hours, days or months of the shop's time zone: all that the range touches, in " +
            'order, those without sales too.',
          tags: ['admin: dashboard'],
          querystring: salesQuery,
          response: { 200: SalesSchema },
        },
      },
      (request) => use.listSales(request.query),
    );
  };
}
