export default { test: { include: ['test/dbg.ts'], testTimeout: 20000 } };
