/**
 * Words that begin a message and are no name, path, option or command. A message that begins with another
 * word, such as the path of a dataset, keeps it as it is.
 */
const openings: ReadonlySet<string> = new Set(
  (
    'a access activations an at backbone bucket cannot features fetching freeze give input inspecting it its line ' +
    'looking migration name no nothing only other others part passwords plugin pooling port process reading rows ' +
    'send sign single some something targets task the there this too trial two unpacking without workers'
  ).split(' '),
);

/** The end of a text that is a command to type, which a full stop would become a part of. */
const command =
  /(?:: |\bwith )(?:[A-Z_]+=\S+ )?(?:chmod|espalier|npm|npx|openssl|prisma|ulimit)( [^\s;,]+)+$/;

/**
 * Writes a message of any package as the sentence behind `espalier: `: a capital letter first, unless it
 * begins with a name, path, option or command, and a full stop last, unless it ends with a command to type.
 */
export function failureText(message: string): string {
  const [first = ''] = /^[a-z]+(?=[ ,])/.exec(message) ?? [];
  const begun = openings.has(first) ? `${first.charAt(0).toUpperCase()}${message.slice(1)}` : message;
  return /[.!?…]$/.test(begun) || command.test(begun) ? begun : `${begun}.`;
}
