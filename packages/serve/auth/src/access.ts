/** Roles of a member; each includes the permissions of those before it. */
export const roles = ['viewer', 'member', 'admin'] as const;
export type Role = (typeof roles)[number];

/** The caller: a member of an organisation, who sees only its data. */
export interface Access {
  readonly organizationId: string;
  /** Null for the one user of a server without sign-in. */
  readonly userId: string | null;
  /** The key by which it is asked; absent for a person who is signed in. */
  readonly keyId?: string;
  readonly role: Role;
}

export const mayAct = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);

export const lesserRole = (one: Role, other: Role): Role => (mayAct(one, other) ? other : one);

/** A role as it is stored, a text; what it is not, such as a role of a newer version, is no role. */
export const roleOf = (text: string): Role | null => roles.find((role) => role === text) ?? null;
