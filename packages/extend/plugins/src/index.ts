export { PluginError } from './errors.js';
export type { FoundPlugin } from './find.js';
export type { ThreadProgram } from './host.js';
export { partKinds, PLUGIN_KEYWORD, type Manifest, type PartKind, type Parts } from './manifest.js';
export { openPlugins, type Plugins, type PluginsOptions } from './plugins.js';
