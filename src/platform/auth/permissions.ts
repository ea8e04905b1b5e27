export type Role = 'owner' | 'manager' | 'support' | 'viewer';

export const ROLES = ['owner', 'manager', 'support', 'viewer'] as const;

const PERMISSIONS = [
  'catalog.read',
  'catalog.write',
  'order.read',
  'order.write',
  'coupon.read',
  'coupon.write',
  'banner.read',
  'banner.write',
  'member.read',
  'member.grant',
  'dashboard.read',
  'operations.read',
  'operations.write',
] as const;

/** What an admin route demands. */
export type Permission = (typeof PERMISSIONS)[number];

/** Support serves customers: it sees everything, and changes orders and balances. */
const SUPPORT_WRITES: readonly Permission[] = ['order.write', 'member.grant'];

export function isAllowed(role: Role, permission: Permission): boolean {
  switch (role) {
    case 'owner':
    case 'manager':
      return true;
    case 'support':
      return permission.endsWith('.read') || SUPPORT_WRITES.includes(permission);
    case 'viewer':
      return permission.endsWith('.read');
    default:
      role satisfies never;
      // A token of another build may name a role that this one does not know.
      return false;
  }
}
