import { expect, it } from 'vitest';
import { serveCommand } from './models';

it('serves a model from its folder, or from where its archive was unpacked', () => {
  expect(serveCommand('pets, trial 3', '/home/ada/pets')).toBe('npx espalier serve /home/ada/pets');
  expect(serveCommand('pets', "/home/ada/my pet's")).toBe("npx espalier serve '/home/ada/my pet'\\''s'");
  expect(serveCommand('Pets & more, trial 3', null)).toBe(
    'unzip model.zip -d pets-more-trial-3 && npx espalier serve pets-more-trial-3',
  );
  expect(serveCommand('宠物', null)).toBe('unzip model.zip -d model && npx espalier serve model');
});
