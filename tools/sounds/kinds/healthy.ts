/** No fault: the machine alone. */
export function soundHealthy(): void {}
