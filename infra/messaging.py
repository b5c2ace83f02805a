"""Between the webhook and the work: the queue of events, and the place for what cannot be read."""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

VISIBILITY = Duration.seconds(120)


class Queues(Construct):
    """`events` gives up by age, not by count: a desk may be down for most of a day.

    SQS drops a message that outlives the retention without a word, so ingest parks what is a day old long before that.
    """

    def __init__(self, scope: Construct, id: str, *, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.parked = sqs.Queue(
            self,
            "Parked",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            data_key_reuse=Duration.hours(1),
            retention_period=Duration.days(14),
            enforce_ssl=True,
        )
        self.events = sqs.Queue(
            self,
            "Events",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            data_key_reuse=Duration.hours(1),
            retention_period=Duration.days(4),
            visibility_timeout=VISIBILITY,
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.parked, max_receive_count=1000),
            enforce_ssl=True,
        )
