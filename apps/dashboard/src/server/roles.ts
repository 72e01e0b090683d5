import type { Role } from './api';

/** The roles as options of a field; each includes the permissions of those before it. */
export const roles = [
  { value: 'viewer', label: 'viewer' },
  { value: 'member', label: 'member' },
  { value: 'admin', label: 'admin' },
] as const satisfies readonly { value: Role; label: string }[];

export const aboutRoles =
  'Viewers see everything, members also run studies, and admins also manage the team.';

const rankOf = (role: Role): number => roles.findIndex(({ value }) => value === role);

/** Whether a role includes the permissions of another; null has none. */
export const mayAct = (role: Role | null, needed: Role): boolean =>
  role !== null && rankOf(role) >= rankOf(needed);
