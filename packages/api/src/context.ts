import type { Access, Limits } from '@espalier/auth';
import type { Database } from '@espalier/store';

export { mayAct, roles, type Access, type Role } from '@espalier/auth';

export interface Context {
  readonly database: Database;
  /** Null for somebody who is not signed in. */
  readonly access: Access | null;
  /** How people sign in; absent on a server of a single user. */
  readonly signIn?: SignIn;
  /** Absent where nobody is limited, as on a server of a single user. */
  readonly limits?: Limits;
  /** The network address that is asked from. */
  readonly address?: string | null;
  /** Told of failures that are nobody's to see. */
  readonly onFailure: (error: unknown, path: string) => void;
}

export interface SignIn {
  /** Whether single sign-on is offered. */
  readonly oidc: boolean;
  /** The person who is signed in, of an organisation or of none. */
  readonly userId: string | null;
}
