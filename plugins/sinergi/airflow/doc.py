"""The page that a DAG shows about itself, in Bahasa Indonesia, written from the contracts."""

from __future__ import annotations

from collections.abc import Sequence

from sinergi.airflow.naming import CADENCES, sender_name
from sinergi.contracts import Contract

_REPLACES = {
    "snapshot": "daftar lengkap; menggantikan kiriman sebelumnya",
    "period": "satu periode; perbaikan menggantikan periode yang sama",
    "append": "menambah catatan baru; tidak menggantikan apa pun",
}

_INTAKE = """\
## Penerimaan berkas: {name}

Setiap berkas yang tiba di folder pengirim ini disalin ke arsip, dibaca, diperiksa, lalu barisnya masuk ke gudang data.
Baris yang salah dikarantina dengan alasannya; berkas yang tidak sesuai kontraknya ditahan utuh.

| Ekspor | Isi | Folder | Jatuh tempo | Cara kirim | Narahubung |
|---|---|---|---|---|---|
{rows}

**Penanggung jawab**: {owners}.

### Bila merah

Berkas yang buruk **tidak** membuat DAG ini merah: lihat `sinergi status` atau `bi.rpt_deliveries`. Merah berarti
gangguan pada sistem, dan tugas sudah dicoba ulang dua kali.

1. Buka log tugas yang merah; baris terakhir menyebut gangguannya (basis data mati, disk penuh, folder tak terjangkau).
2. Perbaiki gangguannya, lalu tekan **Clear** pada tugas itu. Tidak ada baris yang hilang atau ganda: kiriman yang
   belum selesai tercatat `received` dan dikerjakan ulang.
3. Berkas yang ditahan: `sinergi release NOMOR --reason "..."` bila isinya benar, atau minta perbaikan kepada
   narahubung.
"""

UNCLAIMED_DOC = """\
## Berkas di folder tanpa kontrak

Berkas yang tiba di folder yang tidak dikenal kontrak mana pun disalin ke arsip dan **ditahan** dengan alasannya.
Pengirim mungkin salah folder, atau kontraknya belum ditulis.

**Penanggung jawab**: tim data.

### Bila merah

Pindahkan berkas ke folder yang benar (`inbox/<pengirim>/<ekspor>/`), atau tulis kontraknya di
`expectations/<pengirim>/<ekspor>.yml`; berkas yang ditahan lalu dibuka kembali. DAG yang merah berarti gangguan sistem:
buka log tugasnya, perbaiki, lalu **Clear**.
"""

WAREHOUSE = """\
## Gudang data

Berjalan setiap kali ada kiriman yang selesai diperiksa dan setiap hari pukul 00.30 WIB (umur dan keterlambatan berubah
bersama hari), tidak pernah dua sekaligus. Kiriman yang tiba ketika DAG ini berjalan digabung ke dalam satu putaran
berikutnya.

1. **known_first**: baris yang isinya sama dengan baris terdahulu langsung dihubungkan, dibangun, diuji, dan tampil di
   `bi.*`; baris lain menunggu langkah berikutnya (`waiting`). Dilewati bila hanya `link` yang dapat memastikannya.
2. **link**: siapa adalah siapa, di semua sumber.
3. **build**: dbt membangun `staging`, `intermediate`, `marts`, beserta ujinya, di skema yang sedang tidak dibaca.
4. **publish**: `bi.*` dan `marts.*` beralih ke hasil baru dalam satu transaksi.
5. **report**: buku perbaikan, rapor, dan pemberitahuan tiap pengirim.

**Penanggung jawab**: tim data. **Jatuh tempo**: setelah setiap kiriman, dan setiap hari.

### Bila merah

- **build** atau **known_first** merah: ada uji dbt yang gagal. Nama uji dan jumlah baris yang salah ada di baris
  terakhir log. BI tetap menampilkan hasil baik yang terakhir. Perbaiki data atau model, lalu **Clear** tugas itu.
- **link** atau **publish** merah: basis data tak terjangkau atau terkunci. Perbaiki, lalu **Clear**.
"""

NOTICES = """\
## Pemberitahuan

Setiap pagi pukul 07.00 WIB tiap narahubung menerima paling banyak satu surel: yang terlambat, ditahan, diterima dengan
catatan, dan diterima lengkap. Yang sudah diberitahukan tercatat di `ops.notices` dan tidak dikirim dua kali. Buku
perbaikan terlampir, kecuali memuat data pribadi spesifik (UU 27/2022): surel itu berisi tautan ke Papan Kiriman.

**Penanggung jawab**: tim data. Tanpa `SINERGI_SMTP_URL` tugas ini dilewati.

### Bila merah

Peladen surel tidak menjawab atau menolak; baris terakhir log menyebut alamatnya. Perbaiki, lalu **Clear**: hanya yang
belum terkirim yang dikirim.
"""


def intake_doc(contracts: Sequence[Contract]) -> str:
    """Write the page of one sender: what it sends, when it is due, whom to ask, what to do when red."""
    rows = "\n".join(_row(contract) for contract in contracts)
    owners = ", ".join(sorted({contract.owner or "tim data" for contract in contracts}))
    return _INTAKE.format(name=sender_name(contracts[0].sender_id), rows=rows, owners=owners)


def due(contract: Contract) -> str:
    """Say when a file is due."""
    delivery = contract.delivery
    if delivery.every == "once":
        return "sekali"
    if delivery.due_day is None:
        return CADENCES[delivery.every]
    return f"{CADENCES[delivery.every]}, paling lambat tanggal {delivery.due_day} sesudah periode"


def _row(contract: Contract) -> str:
    cells = (
        f"`{contract.export}`",
        contract.title,
        f"`inbox/{contract.source_id}/`",
        due(contract),
        _REPLACES[contract.delivery.mode],
        contract.contact,
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
