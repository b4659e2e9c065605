"""Where the kernel forbids PID namespaces: what the guard says of them, and of a start that asks for one."""
import guardlib as g

guard = g.Guard()
failed = guard.event(g.SPAWN_FAILED, guard.spawn(["true"], more=[g.field(g.NAMESPACE, 1)]))
print(guard.hello[g.PIDNS_OK], failed[g.STAGE], failed[g.ERRNO])
guard.end()
