/** What each role may do, as the choices of a field. */
export const roles = [
  { value: 'viewer', label: 'viewer' },
  { value: 'member', label: 'member' },
  { value: 'admin', label: 'admin' },
];

export const aboutRoles = 'A viewer looks, a member works, an admin looks after the team.';
