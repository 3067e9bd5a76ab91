"""How gunicorn serves: `gunicorn --config python:config.gunicorn --bind … config.wsgi`."""

import logging

# What Python warns of may quote a value.
logging.captureWarnings(True)

workers = 2
# One that waits for the database lets another be answered.
worker_class = "gthread"
threads = 4
# The heartbeat of a worker is a file, and a slow disk would have it taken for dead.
worker_tmp_dir = "/dev/shm"  # noqa: S108  In memory, and the file has no name.
timeout = 60
graceful_timeout = 20
# An address here is short. What is longer is refused before it is read.
limit_request_line = 2048
limit_request_fields = 50
# No header says at which address this is installed.
forwarder_headers = ""
# Nobody steers it but by signals.
control_socket_disable = True
# One line for each request is written by `config.middleware`, without an address.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "config.logs.Lines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "gunicorn.access": {"handlers": [], "propagate": False},
    },
}
