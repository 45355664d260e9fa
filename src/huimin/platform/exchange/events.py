"""What exchange announces. Facts name deliveries and count rows; they hold no personal values."""

from dataclasses import dataclass

from huimin.platform.journal.events import Fact


@dataclass(frozen=True, kw_only=True)
class DeliveryLanded(Fact):
    """A department's delivery came in: what became of its rows, and the content name of what it brought."""

    resource: str
    state: str
    content: str
    delivered: int
    landed: int
    quarantined: int
    duplicates: int

    zh = "{resource} 交付 {delivered} 行：入库 {landed}，退回 {quarantined}，重复 {duplicates}"
    en = "{resource} delivered {delivered} rows: {landed} landed, {quarantined} returned, {duplicates} duplicates"


@dataclass(frozen=True, kw_only=True)
class HeldDeliveryAccepted(Fact):
    """A person accepted a full delivery that lists far fewer records than before."""

    resource: str

    zh = "确认 {resource} 的全量交付生效"
    en = "Accepted the held full delivery of {resource}"


@dataclass(frozen=True, kw_only=True)
class DeliveryWithdrawn(Fact):
    """A delivery no longer counts; golden values return to what the rest says. The reason stays with the delivery."""

    resource: str

    zh = "撤回 {resource} 的一次交付"
    en = "Withdrew a delivery of {resource}"


@dataclass(frozen=True, kw_only=True)
class QuarantinedRowResubmitted(Fact):
    """A returned row came back corrected, as a delivery of its own."""

    resource: str
    rule: str
    delivery: str

    zh = "{resource} 的一行退回数据已更正重报"
    en = "A returned row of {resource} was corrected and resubmitted"


@dataclass(frozen=True, kw_only=True)
class ReturnedRowsResubmitted(Fact):
    """A file of returned rows came back corrected, as a delivery of its own; `rows` of those that waited are answered."""

    resource: str
    rows: int
    delivery: str

    zh = "{resource} 的 {rows} 行退回数据已更正重报"
    en = "{rows} returned rows of {resource} were corrected and resubmitted"


@dataclass(frozen=True, kw_only=True)
class QuarantinedRowDismissed(Fact):
    """The department let a returned row go: it will not come back."""

    resource: str
    rule: str

    zh = "{resource} 的一行退回数据不再重报"
    en = "A returned row of {resource} was dismissed"


@dataclass(frozen=True, kw_only=True)
class FilesUploaded(Fact):
    """Files were sent from the data office's page; each that is somebody's becomes a delivery of its own."""

    files: int
    refused: int

    zh = "上传 {files} 个文件，其中 {refused} 个没有部门登记过"
    en = "Uploaded {files} files, {refused} of which no department has declared"


@dataclass(frozen=True, kw_only=True)
class CatalogueRegistered(Fact):
    """Resources were declared anew or differently; each has a new version in the catalogue."""

    versions: int
    content: str

    zh = "资源目录登记了 {versions} 个新版本"
    en = "The catalogue registered {versions} new versions"
