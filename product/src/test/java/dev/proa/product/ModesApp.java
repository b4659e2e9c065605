package dev.proa.product;

/** An app with local and remote modes. */
final class ModesApp {
    /** Says who it is; {@code /slow} takes a second, {@code /events} never ends. */
    static final String BACKEND =
            """
            import http.server, json, os, sys, time
            who, port = sys.argv[1], int(sys.argv[2])
            if len(sys.argv) > 3:
                time.sleep(float(sys.argv[3]))
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def log_message(self, *words): pass
                def do_GET(self):
                    if self.path.endswith('/events'):
                        self.send_response(200)
                        self.send_header('Content-Type', 'text/event-stream')
                        self.send_header('Connection', 'close')
                        self.end_headers()
                        while True:
                            self.wfile.write(b'data: 1\\n\\n')
                            self.wfile.flush()
                            time.sleep(0.1)
                    if self.path.endswith('/slow'):
                        time.sleep(1)
                    body = json.dumps({'who': who, 'path': self.path, 'pid': os.getpid(),
                                       'mode': os.environ.get('PROA_MODE')}).encode()
                    self.send_response(200)
                    self.send_header('Content-Length', str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
            class Server(http.server.ThreadingHTTPServer):
                daemon_threads = True
                request_queue_size = 128
            Server(('127.0.0.1', port), Handler).serve_forever()
            """;

    static final String MANIFEST =
            """
            proa: 1
            app: {id: dev.proa.modes, name: Modes, version: 1.0.0}
            ui: {dir: web}
            modes:
              local_fullstack: {default: true}
              remote_slim:
                backend: {url: "http://127.0.0.1:${env.REMOTE_PORT}", probe: /health/ready, every: 500ms, timeout: 1s, failures: 2}
              broken: {}
              elsewhere: {backend: "http://127.0.0.1:${env.DEAD_PORT}"}
            sidecars:
              common:
                command: [python3, -u, backend.py, common, "${port}"]
                port: {strategy: assigned}
                modes: [local_fullstack, remote_slim, broken]
              db:
                command: [python3, -u, backend.py, db, "${port}"]
                port: {strategy: assigned}
                modes: [local_fullstack, broken]
              backend:
                command: [python3, -u, backend.py, local, "${port}"]
                port: {strategy: assigned}
                needs: [db]
                ready: {http: /health/ready}
                modes: [local_fullstack, broken]
              never:
                command: [python3, -c, "import sys; print('no'); sys.exit(3)"]
                port: {strategy: assigned}
                modes: [broken]
            routes:
              /api: backend
              /common: common
            """;

    private ModesApp() {}
}
