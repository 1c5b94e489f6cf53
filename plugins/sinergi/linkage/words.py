"""What linking says to people, in Bahasa Indonesia: one word or sentence for each thing that it finds."""

from __future__ import annotations

LABELS = {
    "name": "Nama",
    "born": "Tanggal lahir",
    "sex": "Jenis kelamin",
    "nik": "NIK",
    "home": "Alamat",
    "card": "No. KK",
    "role": "Kedudukan dalam keluarga",
    "parent": "Nama orang tua",
    "household": "Anggota keluarga lain",
}
# Every level of `model.COMPARISONS`, and both of the household.
LEVELS = {
    "name": {
        "same": "sama",
        "sounds the same": "terdengar sama",
        "one letter or two": "satu dua huruf berbeda",
        "words left out": "sebagian kata tidak ditulis",
        "much alike": "sangat mirip",
        "alike as written": "mirip cara menulisnya",
        "a word in common": "satu kata sama, lainnya berbeda",
        "different": "berbeda",
    },
    "born": {
        "same day": "sama",
        "day and month swapped": "hari dan bulan tertukar",
        "one digit": "berbeda satu angka",
        "one part differs": "hari atau bulan berbeda",
        "day and month same": "hari dan bulan sama, tahun berbeda",
        "year, the rest unknown": "tahun sama, selebihnya tidak diketahui",
        "the date inside the NIK": "sama dengan tanggal di dalam NIK",
        "same year": "tahun sama, hari dan bulan berbeda",
        "different": "berbeda",
    },
    "sex": {"same": "sama", "different": "berbeda"},
    "nik": {
        "same": "sama",
        "one slip": "berbeda satu angka",
        "two slips": "berbeda dua angka",
        "different": "berbeda",
    },
    "home": {
        "same door": "RT, jalan, dan nomor rumah sama",
        "same street and number": "jalan dan nomor rumah sama",
        "street much alike": "kelurahan sama, jalan mirip",
        "same RT": "RT sama, jalan berbeda",
        "same kelurahan": "kelurahan sama, selebihnya berbeda",
        "different": "kelurahan berbeda",
    },
    "card": {"same": "sama", "different": "berbeda"},
    "role": {
        "head and member on one card": "kepala dan anggota pada satu KK",
        "same": "sama",
        "different": "berbeda",
    },
    "parent": {
        "named as head or spouse": "kepala atau pasangan di keluarganya",
        "same": "sama",
        "much alike": "mirip",
        "another is named": "orang tua lain yang disebut",
        "different": "bukan kepala atau pasangan keluarganya",
    },
    "household": {"met": "ada yang sama di kedua keluarga", "none met": "tidak ada yang sama"},
}
CERTAIN = 50.0  # bits; from 54 on a float would be 1
FREQUENT, RARE = "nama umum", "nama jarang"
REASONS = {
    "probable": "Mungkin satu orang, belum cukup yakin.",
    "fits_two_people": "Cocok dengan dua orang yang berbeda.",
    "two_confirmed_niks": "Masing-masing punya NIK yang sudah terkonfirmasi dan berbeda.",
    "same_snapshot": "Keduanya tercatat sebagai orang yang berbeda dalam satu daftar.",
    "split_by_person": "Petugas sudah memutuskan bahwa keduanya dua orang.",
    "two_parents": "Nama orang tuanya berbeda, tanpa NIK atau KK yang sama.",
    "disputed_number": "Satu NIK dengan dua nama, tanpa keterangan lain yang sama.",
    "other_name": "Namanya tidak cukup sama dan tidak ada NIK yang sama, seperti pada anak kembar.",
}
METHODS = {
    "nik": "NIK sama",
    "nik_conflict": "NIK sama, nama berbeda",
    "model": "perbandingan",
    "decision": "keputusan petugas",
    "record": "berdiri sendiri",
    "none": "tidak menyebut orang",
    "waiting": "menunggu dihubungkan",
}
# Why records are one person although nothing was weighed.
JOINS = {
    "same_number": "NIK sama, dan namanya bisa milik satu orang",
    "decision": "keputusan petugas",
    "same_place": "nama sama di keluarga yang sama pada daftar sumbernya",
}
KINDS = {"merge": "disatukan", "split": "dipisahkan"}


def percent(probability: float) -> str:
    """Return a probability as people read it; what is not certain is never written as 100 or 0 percent."""
    if 0 < probability < 0.0001:
        return "kurang dari 0,01%"
    if 0.9999 < probability < 1:
        return "lebih dari 99,99%"
    return f"{probability:.2%}".replace(".", ",")


def chance(weight: float) -> float:
    """Return the probability that a weight in bits stands for; beyond CERTAIN it says no more, and is never 1 or 0."""
    return float(1 / (1 + 2 ** -max(min(weight, CERTAIN), -CERTAIN)))


def signed(bits: float) -> str:
    """Return bits as people read them, with their sign."""
    return f"{bits:+.1f}".replace(".", ",")
