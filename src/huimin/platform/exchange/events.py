"""What exchange announces. Facts name deliveries and count rows; they hold no personal values."""

from dataclasses import dataclass
from datetime import date

from huimin.platform.journal.events import Fact
from huimin.platform.journal.rules import Digest


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


@dataclass(frozen=True, kw_only=True)
class DataRequested(Fact):
    """A department asked for another's data: which items, in which way, for whom (`post:…` or `client:…`), until when (exclusive)."""

    resource: str
    items: tuple[str, ...]
    way: str
    rows: str
    purpose: str
    reader: str
    until: date

    zh = "申请使用 {resource}，用于 {purpose}"
    en = "Asked for {resource}, for {purpose}"


@dataclass(frozen=True, kw_only=True)
class DataRequestGranted(Fact):
    """A request for data was agreed to; the grant is in force."""

    resource: str
    grant: str

    zh = "同意提供 {resource}"
    en = "Agreed to share {resource}"


@dataclass(frozen=True, kw_only=True)
class DataRequestNarrowed(Fact):
    """A request for data is agreed to in part: these items, rows and this term are left of it. The reason stays with the request."""

    resource: str
    items: tuple[str, ...]
    plain: tuple[str, ...]
    rows: str
    until: date

    zh = "缩小范围后同意提供 {resource}"
    en = "Agreed to share {resource} in part"


@dataclass(frozen=True, kw_only=True)
class DataRequestRefused(Fact):
    """A request for data was refused for good; the reasons stand with the steps of its process."""

    resource: str

    zh = "未同意提供 {resource}"
    en = "Refused to share {resource}"


@dataclass(frozen=True, kw_only=True)
class SharingEnded(Fact):
    """Data that were granted are no longer shared, before the end of the term. The reason stays with the request."""

    resource: str
    grant: str

    zh = "提前停止提供 {resource}"
    en = "Stopped sharing {resource} before the end of its term"


@dataclass(frozen=True, kw_only=True)
class SharedRowsRead(Fact):
    """Rows of a resource were shown to another department, or none was found; published before they are shown.

    The subject is the resource; `rows` counts them, `records` is the keyed digest of their numbers in order, `export` the mark that
    every row of a file bears.
    """

    way: str
    purpose: str
    basis: tuple[str, ...]
    fields: tuple[str, ...]
    rows: int
    records: Digest
    export: str = ""

    zh = "读取共享数据 {rows} 行"
    en = "Read {rows} shared rows"


@dataclass(frozen=True, kw_only=True)
class SharedRecordRead(Fact):
    """A record about this person or organisation was among the rows shown to another department; together with `SharedRowsRead`."""

    resource: str
    way: str
    purpose: str
    basis: tuple[str, ...]
    fields: tuple[str, ...]
    export: str = ""

    zh = "读取了 {resource} 中的一条记录"
    en = "Read a record of {resource}"
