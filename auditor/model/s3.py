"""Amazon S3: buckets, as far as access to them goes.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
"""

from typing import ClassVar

from auditor.model.known import UNREAD, Value
from auditor.model.policy import Document
from auditor.model.resource import Resource


class Bucket(Resource, frozen=True, kw_only=True, omit_defaults=True, tag="s3.Bucket"):
    """A bucket.

    Attributes:
        policy: its bucket policy, None without.
        restrict_public: RestrictPublicBuckets, of the bucket or of its account.
        tags_grant: whether its tags are in the context of requests (attribute-based access control is on).
    """

    type_name: ClassVar[str] = "AWS::S3::Bucket"

    policy: Value[Document | None] = UNREAD
    restrict_public: Value[bool] = UNREAD
    tags_grant: Value[bool] = UNREAD
