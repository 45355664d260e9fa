"""Messages to people: those that lie, and those that were given up."""

from collections.abc import Iterator

from django.utils import timezone

from huimin.platform.notifications import queries as notifications
from huimin.tooling.keeping.doctor.findings import Finding, Patient, broken, warning


def messages(patient: Patient) -> Iterator[Finding]:
    """E-mails and text messages that nobody sends, or that could not be sent. The notices themselves lie in the pages all the same."""
    queue = notifications.queue(patient.at)
    if queue.oldest_due_at:
        since = timezone.localtime(queue.oldest_due_at)
        yield broken(
            "mail",
            f"{queue.overdue} 封邮件、短信到时未发，最早 {since:%Y-%m-%d %H:%M}",
            f"{queue.overdue} e-mails and text messages have not gone out, the oldest since {since:%Y-%m-%d %H:%M}",
            "确认 huimin serve 正在运行，核对 HUIMIN_SMTP_URL 和邮件服务器",
            "see that huimin serve is running, check HUIMIN_SMTP_URL and the mail server",
        )
    if queue.given_up:
        yield warning(
            "mail-given-up",
            f"一天内有 {queue.given_up} 封邮件、短信多次失败后放弃（消息仍在平台内）",
            f"{queue.given_up} e-mails and text messages were given up within a day (the notices lie in the pages)",
            "多为地址无效；若突然增多，核对邮件服务器",
            "mostly addresses that are no more; if there are suddenly many, check the mail server",
        )
