import type { Database } from '@espalier/store';
import type { DataServices } from './data/services.js';

/** What a member may do; each may do what those before it may. */
export const roles = ['viewer', 'member', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Who asks: a member of an organisation, in which alone anything is seen. */
export interface Access {
  readonly organizationId: string;
  /** Null for the one user of a server without sign-in. */
  readonly userId: string | null;
  readonly role: Role;
}

export interface Context {
  readonly database: Database;
  /** Null for somebody who is not signed in. */
  readonly access: Access | null;
  /** Of datasets, backbones and models. */
  readonly data: DataServices;
  /** Told of failures that are nobody's to see. */
  readonly onFailure: (error: unknown, path: string) => void;
}

export const mayAct = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);
