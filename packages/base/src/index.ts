export { registry, RegistryError, type Registry } from './registry.js';
