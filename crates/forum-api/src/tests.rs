//! The API as a whole: what stands in its document.

use std::collections::BTreeSet;

use crate::{addresses::Addresses, spec};

/// The operations that the contract fixes, and those that it grew by.
const OPERATIONS: &str = "
    acceptAnswer acceptInvite adminGetStats adminListModerationLog adminListUsers adminUpdateUser
    approveJoinRequest banMember blockUser bookmarkPost changeMobile changePassword createAnswer
    createAnswerReply createComment createGroup createInvite createPost createQuestion createReply
    createReport createTicket deleteAnswer deleteAnswerReply deleteAvatar deleteComment deleteGroup deleteMe
    deleteMedia deletePost deleteQuestion exportMe getAnswer getAnswerReply getComment getGroup
    getJoinRequest getJwks getMe getMedia getNotificationPreferences getPost getQuestion getReport
    getUnreadCount getUser likeAnswer likeComment likePost listAnswerReplies listAnswers listBans
    listBlocks listComments listFeed listGroupCategories listGroupPosts listGroups listInvites
    listJoinRequests listMembers listModerationLog listMyBookmarks listMyGroups listMyJoinRequests
    listMyMedia listNotifications listPostRevisions listPosts listQuestionCategories listQuestions
    listReplies listReports listSessions listUserAnswers listUserGroups listUserPosts listUserQuestions
    lockPost login loginWithCode logout markExcellent markNotificationsRead pinPost previewInvite
    refreshSession refuseJoinRequest register removeMember requestToJoin resetPassword resolveReport
    restorePost revokeInvite revokeOtherSessions revokeSession search sendCode setAvatar
    setNotificationPreferences streamNotifications transferGroup unacceptAnswer unbanMember unblockUser unbookmarkPost
    unlikeAnswer unlikeComment unlikePost unlockPost unmarkExcellent unpinPost updateAnswer
    updateAnswerReply updateComment updateGroup updateMe updateMember updatePost updateQuestion
    uploadMedia withdrawJoinRequest";

#[test]
fn every_operation_of_the_contract_is_there_once() {
    let document = spec().unwrap();
    let ids: Vec<&str> = document.operations().filter_map(|(.., one)| one.operation_id.as_deref()).collect();
    let contract: BTreeSet<&str> = OPERATIONS.split_whitespace().collect();
    assert_eq!(ids.iter().copied().collect::<BTreeSet<_>>(), contract);
    assert_eq!(ids.len(), contract.len());
}

#[test]
fn every_operation_says_what_it_does_to_whom_and_how_it_may_refuse() {
    let document = spec().unwrap();
    for (path, method, operation) in document.operations() {
        let name = format!("{method} {path}");
        assert!(operation.summary.as_ref().is_some_and(|text| text.len() > 4), "{name}: summary");
        assert!(operation.description.as_ref().is_some_and(|text| text.len() > 10), "{name}: description");
        assert_eq!(operation.tags.len(), 1, "{name}: tags");
        let open = operation.security.as_ref().unwrap().is_empty();
        let mut refusals = vec![400, 429, 500, 503];
        if !open {
            refusals.push(401);
        }
        if operation.request_body.is_some() {
            refusals.extend([413, 415, 422]);
        }
        for status in refusals {
            let code = openapiv3::StatusCode::Code(status);
            assert!(operation.responses.responses.contains_key(&code), "{name}: {status}");
        }
    }
}

#[test]
fn allow_names_what_an_address_takes_and_literal_segments_win() {
    let addresses = Addresses::of::<crate::Api>(&["/livez", "/docs/assets/:name"]);
    for (path, expected) in [
        ("/api/v1/groups", Some("GET, HEAD, OPTIONS, POST")),
        ("/api/v1/groups/categories", Some("GET, HEAD, OPTIONS")),
        ("/api/v1/groups/7", Some("DELETE, GET, HEAD, OPTIONS, PATCH")),
        ("/api/v1/groups/7/bans/8", Some("DELETE, OPTIONS, PUT")),
        ("/api/v1/groups/7/posts", Some("GET, HEAD, OPTIONS, POST")),
        ("/api/v1/posts/7", Some("DELETE, GET, HEAD, OPTIONS, PATCH")),
        ("/api/v1/posts/7/like", Some("DELETE, OPTIONS, PUT")),
        ("/api/v1/comments/7/replies", Some("GET, HEAD, OPTIONS, POST")),
        ("/api/v1/auth/login", Some("OPTIONS, POST")),
        ("/.well-known/jwks.json", Some("GET, HEAD, OPTIONS")),
        ("/livez", Some("GET, HEAD, OPTIONS")),
        ("/docs/assets/x.js", Some("GET, HEAD, OPTIONS")),
        ("/api/v1/groups/", None),
        ("/api/v1/nothing", None),
        ("/", None),
    ] {
        assert_eq!(addresses.allow(path).as_deref(), expected, "{path}");
    }
}
