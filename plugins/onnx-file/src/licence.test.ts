import { expect, it } from 'vitest';
import { detectLicence } from './licence.js';

const apache = `
                                 Apache License
                           Version 2.0, January 2004
                        http://www.apache.org/licenses/

   TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION

   1. Definitions.`;
const apacheNotice = `Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.`;
const mit = `MIT License

Copyright (c) 2016 Somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights`;
const bsd2 = `Copyright (c) 2018, Somebody
All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
   list of conditions and the following disclaimer.`;
const bsd3 = `BSD 3-Clause License

${bsd2}

3. Neither the name of the copyright holder nor the names of its
   contributors may be used to endorse or promote products derived from`;
const creativeCommons = (terms: string): string => `Attribution${terms} 4.0 International

=======================================================================

Creative Commons Corporation ("Creative Commons") is not a law firm and
does not provide legal services or legal advice.`;
const nonCommercial = creativeCommons('-NonCommercial');
const clauses = 'The licensee agrees to the terms that are set out in this paragraph.\n'.repeat(20);

it.each([
  ['Apache-2.0', apache],
  ['Apache-2.0', apacheNotice],
  ['MIT', mit],
  ['MIT', mit.replace(/^/gm, '    ')],
  ['MIT', `# The MIT License (MIT)\n\n${mit.replace(/^/gm, '> ')}`],
  ['BSD-2-Clause', bsd2],
  ['BSD-3-Clause', bsd3],
  ['CC-BY-4.0', creativeCommons('')],
  ['CC-BY-SA-4.0', creativeCommons('-ShareAlike')],
  ['CC-BY-NC-4.0', nonCommercial],
  ['CC-BY-NC-4.0', 'The weights are under CC BY-NC 4.0.'],
  ['CC-BY-NC-SA-4.0', creativeCommons('-NonCommercial-ShareAlike')],
  ['CC-BY-NC-ND-4.0', creativeCommons('-NonCommercial-NoDerivatives')],
])('%s is told by its first words', (spdx, text) => {
  expect(detectLicence(text)).toBe(spdx);
  expect(detectLicence(text.replaceAll('\n', '\r\n'))).toBe(spdx);
});

it.each([
  ['nothing', ''],
  ['no known licence', 'All rights reserved.'],
  ['a non-commercial licence with an MIT notice behind it', `${nonCommercial}\n\n${clauses}\n${mit}`],
  ['a non-commercial licence with an Apache notice behind it', `${nonCommercial}\n\n${apacheNotice}`],
  ['a licence of its own with an MIT notice behind it', `Acme Model License\n${clauses}\n${mit}`],
  ['MIT with a non-commercial licence behind it', `${mit}\n\n${clauses}\n${nonCommercial}`],
  ['Apache with the GPL behind it', `${apache}\n\n${clauses}\nGNU General Public License, version 3`],
  ['two permissive ones', `${mit}\n\n${apache}`],
  ['MIT, then its weights non-commercial', `${mit}\n\nThe weights are for non-commercial use.`],
  ['noncommercial', `${apache}\n\nNONCOMMERCIAL research is welcome.`],
  ['a hyphen at the end of a line', `${bsd3}\n\nUse is limited to non-\ncommercial purposes.`],
  ['a ban on commercial use', `${mit}\n\nThe weights may not be used for any commercial purpose.`],
  ['research only', `${bsd2}\n\nThe model is for research purposes only.`],
  ['the Commons Clause', `"Commons Clause" License Condition v1.0\n\n${apacheNotice}`],
])('%s is unknown', (_, text) => {
  expect(detectLicence(text)).toBe('unknown');
});
