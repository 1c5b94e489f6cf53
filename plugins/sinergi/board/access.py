"""Who may see and do what on the board. Airflow's auth manager is asked, each time; nothing is decided from a URL.

Three questions, each about one sender, in terms that every auth manager knows:

see      may they read the sender's intake DAG
decide   may they edit it: the data team
deliver  they may decide, or they see it and may POST to the view "Papan Kiriman:<sender>"
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, HTTPException

from sinergi.airflow.naming import UNCLAIMED, intake_dag_id
from sinergi.board.names import view_of
from sinergi.contracts import load_contracts
from sinergi.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Visitor:
    """Whoever asks.

    Attributes:
        name: as the record of actions keeps it.
        user: what the auth manager made of the token.
        known: senders that have contracts; whatever else delivers belongs to the DAG of unclaimed files.
    """

    name: str
    user: Any
    known: frozenset[str]

    def sees(self, sender_id: str) -> bool:
        """Say whether they may read what this sender delivered."""
        return self._may("GET", sender_id)

    def decides(self, sender_id: str) -> bool:
        """Say whether they may release, reject and approve for this sender."""
        return self._may("PUT", sender_id)

    def delivers(self, sender_id: str) -> bool:
        """Say whether they may send files for this sender."""
        if sender_id not in self.known:
            return False
        if self.decides(sender_id):
            return True
        view = {"method": "POST", "resource_name": view_of(sender_id), "user": self.user}
        return self.sees(sender_id) and bool(_manager().is_authorized_custom_view(**view))

    def seen(self, senders: Iterable[str]) -> list[str]:
        """Keep the senders that they may see."""
        return [sender_id for sender_id in sorted(set(senders)) if self.sees(sender_id)]

    def must_see(self, sender_id: str) -> None:
        """Refuse as if there were nothing: whether it exists is not theirs to know.

        Raises:
            HTTPException: 404.
        """
        if not self.sees(sender_id):
            raise HTTPException(404)

    def must(self, question: Callable[[str], bool], sender_id: str) -> None:
        """Refuse what they may see but not do.

        Raises:
            HTTPException: 404 or 403.
        """
        self.must_see(sender_id)
        if not question(sender_id):
            raise HTTPException(403)

    def _may(self, method: Any, sender_id: str) -> bool:
        from airflow.api_fastapi.auth.managers.models.resource_details import DagDetails

        dag_id = intake_dag_id(sender_id if sender_id in self.known else UNCLAIMED)
        return bool(_manager().is_authorized_dag(method=method, details=DagDetails(id=dag_id), user=self.user))


def senders_with_contracts() -> frozenset[str]:
    """Give the senders that have contracts."""
    contracts = load_contracts(Settings.load().expectations).values()
    return frozenset(contract.sender_id for contract in contracts)


def _manager() -> Any:
    from airflow.api_fastapi.app import get_auth_manager

    return get_auth_manager()


def _user() -> Any:
    from airflow.api_fastapi.core_api.security import get_user

    return get_user


def _visitor(user: Annotated[Any, Depends(_user())]) -> Visitor:
    return Visitor(name=user.get_name(), user=user, known=senders_with_contracts())


Asking = Annotated[Visitor, Depends(_visitor)]
