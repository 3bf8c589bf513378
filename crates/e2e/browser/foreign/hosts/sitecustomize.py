"""What a hosts entry and port 443 would do, for one process and without root: the four names of WeCom lead to the
sandbox's TLS listener. Python loads this by itself from PYTHONPATH; the program under test is not changed."""
import os
import socket

NAMES = {"open.weixin.qq.com", "open.work.weixin.qq.com", "login.work.weixin.qq.com", "qyapi.weixin.qq.com"}
HOST, PORT = os.environ["WECOM_TLS"].rsplit(":", 1)
look_up = socket.getaddrinfo


def getaddrinfo(host, port, *rest, **named):
    if host in NAMES and port in (443, "443", "https"):
        return look_up(HOST, int(PORT), *rest, **named)
    if host not in (None, "localhost", HOST):
        raise socket.gaierror(f"{host}: a test never leaves this machine")
    return look_up(host, port, *rest, **named)


socket.getaddrinfo = getaddrinfo
