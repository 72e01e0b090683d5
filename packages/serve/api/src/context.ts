import type { Access, Limits } from '@espalier/auth';
import type { Queue } from '@espalier/queue';
import type { Database } from '@espalier/store';
import type { DataServices } from './data/services.js';

export { mayAct, roles, type Access, type Role } from '@espalier/auth';

export interface Context {
  readonly database: Database;
  /** Queue of studies for workers. */
  readonly queue: Queue;
  /** Null for somebody who is not signed in. */
  readonly access: Access | null;
  /** Sign-in; absent on a server of a single user. */
  readonly signIn?: SignIn;
  /** Absent where nobody is limited, as on a server of a single user. */
  readonly limits?: Limits;
  /** The network address that is asked from. */
  readonly address?: string | null;
  /** Of datasets, backbones and models. */
  readonly data: DataServices;
  /** Told of failures that are nobody's to see. */
  readonly onFailure: (error: unknown, path: string) => void;
}

export interface SignIn {
  /** Whether single sign-on is offered. */
  readonly oidc: boolean;
  /** The person who is signed in, of an organisation or of none. */
  readonly userId: string | null;
}
