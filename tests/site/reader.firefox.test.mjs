// The same in Firefox.

process.env.BROWSER = 'firefox';
await import('./reader.test.mjs');
