"""What the sheets of an office's list by name and their columns are called."""

from __future__ import annotations

LABELS = {
    "family_no": "No. Keluarga",
    "full_name": "Nama",
    "nik": "NIK (4 angka akhir)",
    "relationship": "Hubungan",
    "sex": "Jenis Kelamin",
    "age_band": "Kelompok Umur",
    "district_name": "Kecamatan",
    "area_name": "Kelurahan",
    "address": "Alamat",
    "rt": "RT",
    "rw": "RW",
    "phone": "Telepon",
    "is_in_force": "Berlaku dalam SK",
    "needs": "Kebutuhan",
    "times_helped": "Kali Dibantu",
    "last_helped_on": "Terakhir Dibantu",
    "is_child": "Anak",
    "education": "Pendidikan",
    "employment_status": "Status Pekerjaan",
    "occupation": "Pekerjaan",
    "school_participation": "Partisipasi Sekolah",
    "disability": "Disabilitas",
    "nutrition_status": "Status Gizi",
    "has_identity_papers": "Memiliki KTP/Akta",
    "lives_alone": "Tinggal Sendiri",
    "house_ownership": "Kepemilikan Rumah",
    "roof_material": "Atap",
    "wall_material": "Dinding",
    "floor_material": "Lantai",
    "lighting_source": "Penerangan",
    "water_source": "Air Minum",
    "toilet_facility": "Fasilitas BAB",
    "position": "Lowongan",
    "employer_name": "Pemberi Kerja",
    "posted_on": "Diumumkan",
    "closes_on": "Ditutup",
    "points": "Nilai Kecocokan",
    "reason": "Alasan Cocok",
    "kind": "Jenis Bantuan",
    "program_name": "Program Kami",
    "delivered_on": "Kami Salurkan",
    "other_opd_name": "Perangkat Daerah Lain",
    "other_program_name": "Program Lain",
    "other_delivered_on": "Disalurkan Lain",
    "both_until_on": "Tumpang Tindih Sampai",
}
# Sheet -> what the office's view ends in, order of its rows. The first is always there, the others where the office has
# such a list.
SHEETS = {
    "Daftar": ("", "area_code, family_no, relationship <> 'head', full_name"),
    "Calon Lowongan": ("_candidates", "posted_on desc, position, employer_name, points desc, full_name"),
    "Tumpang Tindih": ("_overlaps", "delivered_on desc, kind, area_code, full_name"),
}
TITLES = {
    "Daftar": "Daftar keluarga menurut nama",
    "Calon Lowongan": "Calon untuk lowongan kerja, dengan alasannya",
    "Tumpang Tindih": "Bantuan sejenis yang tumpang tindih, belum dikecualikan aturan",
}
WARNING = "Data pribadi (UU 27/2022): hanya untuk tujuan di atas; jangan diteruskan; hapus bila selesai."
